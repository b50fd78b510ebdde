using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dc_k -= sum over images of mass_k dV_k, for each cluster.</summary>
internal readonly unsafe struct CentroidGradients(int images, int clusters, int all, int channels, float* mass, float* gradients, float* target) : IParallelBody
{
    private readonly int _images = images, _clusters = clusters, _all = all, _channels = channels;
    private readonly float* _mass = mass;

    // [N, 2, K + G, C]: the first half of each image.
    private readonly float* _gradients = gradients;
    private readonly float* _target = target;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        for (var n = 0L; n < _images; n++)
        {
            var gradient = _gradients + (((n * 2 * _all) + index) * _channels);
            LaneSweep.Run(new AddScaledKernel(-_mass[(n * _clusters) + index], gradient, 1, _target + ((long)index * _channels)), 0, _channels);
        }
    }
}
