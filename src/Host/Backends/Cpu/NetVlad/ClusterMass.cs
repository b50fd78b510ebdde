using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>For each image: the mass of each cluster, sum_i a_k(i), and the weights s_i a_k(i) of the locations, ghosts left out.</summary>
internal readonly unsafe struct ClusterMass(int positions, int clusters, int all, float* assignment, float* scales, float* mass, float* weights) : IParallelBody
{
    private readonly int _positions = positions, _clusters = clusters, _all = all;
    private readonly float* _assignment = assignment;
    private readonly float* _scales = scales;
    private readonly float* _mass = mass;
    private readonly float* _weights = weights;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var first = (long)index * _positions;
        var mass = _mass + ((long)index * _clusters);
        new Span<float>(mass, _clusters).Clear();
        for (var row = first; row < first + _positions; row++)
        {
            float* assignment = _assignment + (row * _all), weights = _weights + (row * _clusters);
            LaneSweep.Run(new AddScaledKernel(1, assignment, 1, mass), 0, _clusters);
            LaneSweep.Run(new AddScaledKernel(_scales == null ? 1 : _scales[row], assignment, 0, weights), 0, _clusters);
        }
    }
}
