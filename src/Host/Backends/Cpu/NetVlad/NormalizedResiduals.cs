using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Both normalisations of each image and cluster of a run, in place.</summary>
internal readonly unsafe struct NormalizedResiduals(RowRuns runs, int clusters, float* norms, float* y) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly int _clusters = clusters;
    private readonly float* _norms = norms;
    private readonly float* _y = y;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            var divisor = NetVladNorm.Divisor(_norms[row]) * NetVladNorm.OfAll(_norms + (row / _clusters * _clusters), _clusters);
            var y = _y + (row * _runs.Length);
            LaneSweep.Run(new AddScaledKernel((float)(1 / divisor), y, 0, y), 0, _runs.Length);
        }
    }
}
