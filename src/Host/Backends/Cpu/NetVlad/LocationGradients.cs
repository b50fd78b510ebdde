using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>For each location of a run: its gradient through x s, s = 1 / max(|x|, 1e-12), in place: s (g - x s (x s . g)), or s g where the length is below 1e-12.</summary>
internal readonly unsafe struct LocationGradients(RowRuns runs, float* x, float* scales, float* dx) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly float* _x = x;
    private readonly float* _scales = scales;
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            float* x = _x + (row * _runs.Length), dx = _dx + (row * _runs.Length);
            double scale = _scales[row], along = scale < NetVladNorm.LargestScale ? LaneSums.Dot(x, dx, _runs.Length) : 0;
            LaneSweep.Run(new TwoTermKernel((float)scale, dx, (float)(-scale * scale * scale * along), x, dx), 0, _runs.Length);
        }
    }
}
