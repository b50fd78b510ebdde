using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = dy / s - y (y . dy) / |x| for each row of a run, with s = |x| + epsilon; dy / s for a zero row (0 when s is 0).</summary>
internal readonly unsafe struct L2Backward(RowRuns runs, float* y, float* norms, float* dy, float epsilon, float* dx) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly float* _y = y;
    private readonly float* _norms = norms;
    private readonly float* _dy = dy;
    private readonly float _epsilon = epsilon;
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var length = _runs.Length;
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            float* y = _y + (row * length), dy = _dy + (row * length), dx = _dx + (row * length);
            double norm = _norms[row], sum = norm + _epsilon;
            var along = norm > 0 ? (float)(LaneSums.Dot(y, dy, length) / norm) : 0;
            LaneSweep.Run(new TwoTermKernel(sum > 0 ? (float)(1 / sum) : 0, dy, -along, y, dx), 0, length);
        }
    }
}
