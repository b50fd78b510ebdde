using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>s = 1 / max(|x|, 1e-12) for each location of a run.</summary>
internal readonly unsafe struct LocationScales(RowRuns runs, float* x, float* scales) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly float* _x = x;
    private readonly float* _scales = scales;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            var x = _x + (row * _runs.Length);
            _scales[row] = (float)(1 / NetVladNorm.Divisor(Math.Sqrt(LaneSums.Dot(x, x, _runs.Length))));
        }
    }
}
