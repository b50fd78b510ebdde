using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// For each image, cluster by cluster: dV_k from dy through both normalisations, and c_k . dV_k. With m = max(|V_k|, 1e-12) and the divisor u of all
/// clusters together, dV_k = (dy_k - y_k u^2 (y_k . dy_k)) / (u m): a cluster of unit length does not see the second normalisation.
/// Where |V_k| is below 1e-12 it sees that one alone: (dy_k - y_k (y . dy)) / (u m). Ghosts get zeros.
/// </summary>
internal readonly unsafe struct ResidualGradients(int clusters, int all, int channels, float* y, float* dy, float* norms, float* centroids, float* gradients, float* alongCentroids)
    : IParallelBody
{
    private readonly int _clusters = clusters, _all = all, _channels = channels;
    private readonly float* _y = y;
    private readonly float* _dy = dy;
    private readonly float* _norms = norms;
    private readonly float* _centroids = centroids;

    // [N, 2, K + G, C]: the first half of each image.
    private readonly float* _gradients = gradients;

    // [N, K + G].
    private readonly float* _alongCentroids = alongCentroids;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var norms = _norms + ((long)index * _clusters);
        var first = (long)index * _clusters * _channels;
        var divisor = NetVladNorm.OfAll(norms, _clusters);
        var along = LaneSums.Dot(_y + first, _dy + first, (long)_clusters * _channels);
        for (var k = 0; k < _clusters; k++)
        {
            float* y = _y + first + ((long)k * _channels), dy = _dy + first + ((long)k * _channels), gradient = Gradient(index, k);
            var factor = 1 / (divisor * NetVladNorm.Divisor(norms[k]));
            var share = NetVladNorm.Follows(norms[k]) ? divisor * divisor * LaneSums.Dot(y, dy, _channels) : along;
            LaneSweep.Run(new TwoTermKernel((float)factor, dy, (float)(-factor * share), y, gradient), 0, _channels);
            _alongCentroids[((long)index * _all) + k] = (float)LaneSums.Dot(_centroids + ((long)k * _channels), gradient, _channels);
        }
        for (var k = _clusters; k < _all; k++)
        {
            new Span<float>(Gradient(index, k), _channels).Clear();
            _alongCentroids[((long)index * _all) + k] = 0;
        }
    }

    private float* Gradient(int image, int cluster) => _gradients + ((((long)image * 2 * _all) + cluster) * _channels);
}
