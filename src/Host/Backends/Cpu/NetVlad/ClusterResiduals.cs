using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>For each image and cluster of a run: V_k = (what was added up) - mass c_k, in place, and |V_k|.</summary>
internal readonly unsafe struct ClusterResiduals(RowRuns runs, int clusters, float* mass, float* centroids, float* residuals, float* norms) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly int _clusters = clusters;
    private readonly float* _mass = mass;
    private readonly float* _centroids = centroids;
    private readonly float* _residuals = residuals;
    private readonly float* _norms = norms;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            var residual = _residuals + (row * _runs.Length);
            LaneSweep.Run(new AddScaledKernel(-_mass[row], _centroids + (row % _clusters * _runs.Length), 1, residual), 0, _runs.Length);
            _norms[row] = (float)Math.Sqrt(LaneSums.Dot(residual, residual, _runs.Length));
        }
    }
}
