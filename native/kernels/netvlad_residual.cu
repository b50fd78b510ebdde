// netvlad_residual.cu: NetVLAD's residuals V, their two normalisations and what leads back through them.
//   residuals   V_k = A_k - m_k c_k, |V_k| saved                                              A_k = sum_i a_k(i) x_i, replaced by V_k
//   normalize   y_k = V_k / (u d_k),  d_k = max(|V_k|, 1e-12),  u = max(root of sum_k (|V_k| / d_k)^2, 1e-12)        V_k replaced
//   products    r_k = y_k . dy_k
//   backward    dV_k = (dy_k - y_k u^2 r_k) / (u d_k): a cluster of unit length does not see the second normalisation;
//               where |V_k| <= 1e-12 it sees that one alone: (dy_k - y_k sum_j r_j) / (u d_k);  g_k = c_k . dV_k;  ghosts: zeros
//   centroids   dc_k -= sum_n m[n,k] dV[n,k]
// A, V, y, dy [N, K, C]; dV [N, K + G, C]; c [K, C]; m, |V|, r [N, K]; g [N, K + G]; all f32
// launch: blocks of 128 threads, one for each image and cluster (backward: ghosts as well); centroids: a loop over K C that strides
// moves: 8 to 12 N K C bytes each, which is little beside the map. [32, 64, 512]: 8 to 13 MB, 2 to 3 us at 4.3 TB/s
// deterministic: sums in an order that the extents determine
#include "common/grid.cuh"
#include "common/reduce.cuh"

namespace
{

constexpr int residual_threads = 128;
constexpr int centroid_threads = 256;
constexpr float least_length = 1e-12f;

struct NetVladResiduals
{
    const float* mass;
    const float* centroids;
    float* v;
    float* norms;
    int clusters, channels;
};
FIELDS(NetVladResiduals, mass, centroids, v, norms, clusters, channels)

struct NetVladNormalize
{
    const float* norms;
    float* y;
    int clusters, channels;
};
FIELDS(NetVladNormalize, norms, y, clusters, channels)

struct NetVladProducts
{
    const float* y;
    const float* dy;
    float* products;
    int channels;
};
FIELDS(NetVladProducts, y, dy, products, channels)

struct NetVladResidualsBackward
{
    const float* y;
    const float* dy;
    const float* norms;
    const float* products;
    const float* centroids;
    float* dv;
    float* g;
    int clusters, all, channels;
};
FIELDS(NetVladResidualsBackward, y, dy, norms, products, centroids, dv, g, clusters, all, channels)

struct NetVladCentroids
{
    const float* mass;
    const float* dv;
    float* dc;
    int images, clusters, all, channels;
};
FIELDS(NetVladCentroids, mass, dv, dc, images, clusters, all, channels)

/// u of an image, for each thread of the block.
DEVICE float length_of_all(const float* norms, int clusters)
{
    float sum = 0;
    for (int k = threadIdx.x; k < clusters; k += residual_threads)
    {
        const float length = norms[k] / fmaxf(norms[k], least_length);
        sum = fmaf(length, length, sum);
    }
    return fmaxf(sqrtf(block_reduce<Sum>(sum)), least_length);
}

DEVICE void residuals(const NetVladResiduals& args)
{
    const long long row = blockIdx.x;
    const float* centroid = args.centroids + row % args.clusters * args.channels;
    float* v = args.v + row * args.channels;
    float sum = 0;
    for (int c = threadIdx.x; c < args.channels; c += residual_threads)
    {
        v[c] -= args.mass[row] * centroid[c];
        sum = fmaf(v[c], v[c], sum);
    }
    sum = block_reduce<Sum>(sum);
    if (threadIdx.x == 0)
        args.norms[row] = sqrtf(sum);
}

DEVICE void normalize(const NetVladNormalize& args)
{
    const long long row = blockIdx.x;
    const float all = length_of_all(args.norms + row / args.clusters * args.clusters, args.clusters);
    // One after the other: their product may be too small for a float.
    const float own = 1.0f / fmaxf(args.norms[row], least_length), factor = 1.0f / all;
    float* y = args.y + row * args.channels;
    for (int c = threadIdx.x; c < args.channels; c += residual_threads)
        y[c] = y[c] * own * factor;
}

DEVICE void products(const NetVladProducts& args)
{
    const long long row = blockIdx.x, first = row * args.channels;
    float sum = 0;
    for (int c = threadIdx.x; c < args.channels; c += residual_threads)
        sum = fmaf(args.y[first + c], args.dy[first + c], sum);
    sum = block_reduce<Sum>(sum);
    if (threadIdx.x == 0)
        args.products[row] = sum;
}

DEVICE void residuals_backward(const NetVladResidualsBackward& args)
{
    const long long image = blockIdx.x / args.all, target = blockIdx.x;
    const int k = static_cast<int>(blockIdx.x % args.all);
    float* dv = args.dv + target * args.channels;
    float along = 0;
    if (k >= args.clusters)
    {
        for (int c = threadIdx.x; c < args.channels; c += residual_threads)
            dv[c] = 0;
        if (threadIdx.x == 0)
            args.g[target] = 0;
        return;
    }
    const long long first = image * args.clusters, row = first + k;
    const float norm = args.norms[row], all = length_of_all(args.norms + first, args.clusters);
    float share = all * all * args.products[row];
    if (norm <= least_length)
    {
        share = 0;
        for (int j = 0; j < args.clusters; j++)
            share += args.products[first + j];
    }
    const float own = 1.0f / fmaxf(norm, least_length), factor = 1.0f / all;
    for (int c = threadIdx.x; c < args.channels; c += residual_threads)
    {
        const long long at = row * args.channels + c;
        const float gradient = (args.dy[at] - args.y[at] * share) * own * factor;
        dv[c] = gradient;
        along = fmaf(args.centroids[static_cast<long long>(k) * args.channels + c], gradient, along);
    }
    along = block_reduce<Sum>(along);
    if (threadIdx.x == 0)
        args.g[target] = along;
}

DEVICE void centroids(const NetVladCentroids& args)
{
    const long long length = static_cast<long long>(args.clusters) * args.channels;
    for (long long at = grid_thread(); at < length; at += grid_threads())
    {
        const long long k = at / args.channels, c = at % args.channels;
        float sum = args.dc[at];
        for (long long n = 0; n < args.images; n++)
            sum = fmaf(-args.mass[n * args.clusters + k], args.dv[(n * args.all + k) * args.channels + c], sum);
        args.dc[at] = sum;
    }
}

}  // namespace

KERNEL(netvlad_residuals, NetVladResiduals, residual_threads) { residuals(args); }
KERNEL(netvlad_normalize, NetVladNormalize, residual_threads) { normalize(args); }
KERNEL(netvlad_products, NetVladProducts, residual_threads) { products(args); }
KERNEL(netvlad_residuals_backward, NetVladResidualsBackward, residual_threads) { residuals_backward(args); }
KERNEL(netvlad_centroids, NetVladCentroids, centroid_threads) { centroids(args); }
