using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// For each location of a run: from x . dV_k the gradient of the assignment, da_k = s x . dV_k - c_k . dV_k, and through the softmax that of the
/// logits, dz_k = a_k (da_k - sum_j a_j da_j). Leaves s dz, which the weights' gradient takes, and the row [a, dz], which the map's takes.
/// </summary>
internal readonly unsafe struct AssignmentGradients(RowRuns runs, int positions, float* assignment, float* scales, float* alongCentroids, float* products, float* rows) : IParallelBody
{
    private readonly RowRuns _runs = runs;
    private readonly int _positions = positions;
    private readonly float* _assignment = assignment;
    private readonly float* _scales = scales;
    private readonly float* _alongCentroids = alongCentroids;
    private readonly float* _products = products;
    private readonly float* _rows = rows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var all = _runs.Length;
        for (var row = _runs.First(index); row < _runs.End(index); row++)
        {
            var scale = _scales == null ? 1 : _scales[row];
            float* assignment = _assignment + (row * all), products = _products + (row * all), target = _rows + (row * 2 * all);
            LaneSweep.Run(new TwoTermKernel(scale, products, -1, _alongCentroids + (row / _positions * all), products), 0, all);
            var mean = (float)LaneSums.Dot(assignment, products, all);
            LaneSweep.Run(new LogitGradientKernel(assignment, products, mean, scale, target, target + all), 0, all);
        }
    }
}
