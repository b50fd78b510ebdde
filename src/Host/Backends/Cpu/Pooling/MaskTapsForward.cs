namespace Retrieval.Host.Backends.Cpu;

/// <summary>For a run of positions, the inner products of their channels with the nine taps of a window.</summary>
internal readonly unsafe struct MaskTapsForward(RowRuns runs, float* x, float* w, float* taps) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly float* _x = x;
    private readonly float* _w = w;
    private readonly float* _taps = taps;

    public void Run(int index, int worker)
    {
        var channels = _runs.Length;
        for (var position = _runs.First(index); position < _runs.End(index); position++)
            for (var tap = 0; tap < Operators.MaskTapCount; tap++)
                _taps[(position * Operators.MaskTapCount) + tap] = (float)LaneSums.Dot(_x + (position * channels), _w + ((long)tap * channels), channels);
    }
}
