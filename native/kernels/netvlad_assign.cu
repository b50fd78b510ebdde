// netvlad_assign.cu: NetVLAD's soft assignment of locations to clusters, forward and backward, and the mass of each cluster.
//   forward    s = 1 / max(|x|, 1e-12);  a = softmax over k of s q_k + b_k                      q = W x, replaced by a
//   mass       m[n,k] = sum_i a[n,i,k]
//   backward   da_k = s p_k - g_k;  dz_k = a_k (da_k - sum_j a_j da_j)                          p = dV x, replaced by dz;  g = c . dV
//              t = sum_k a_k s p_k + dz_k (log a_k - b_k): what the location's gradient has along the location, as s q_k is log a_k - b_k but for a
//              term that all k share and dz, whose sum is 0, does not see
// x [N, L, C] f32 or bf16; q, a, p, dz [N, L, K]; s, t [N, L]; b [K] or none; g [N, K]; m [N, K - ghosts]; all f32. Without s locations are not
// normalised: s is 1 and t 0. Where |x| <= 1e-12, t is 0 as well.
// launch: forward, backward: blocks of 128 threads, a warp a location; mass: 256 threads, a block for 32 clusters of an image
// moves: forward the map once and 8 N L K bytes, backward 16 N L K: bandwidth bound. [32,40,30,512] bf16, K = 64: 59 MB, 14 us forward
//   and 39 MB, 9 us backward at 4.3 TB/s
// deterministic: sums in an order that the extents determine
#include "common/reduce.cuh"

namespace
{

constexpr int assign_threads = 128;
constexpr int mass_threads = 256;
constexpr float least_length = 1e-12f;

struct NetVladAssign
{
    const void* x;
    const float* bias;  // or null
    float* a;           // q, replaced
    float* scales;      // or null
    long long locations;
    int channels, clusters;
};
FIELDS(NetVladAssign, x, bias, a, scales, locations, channels, clusters)

struct NetVladMass
{
    const float* a;
    float* mass;
    int positions, clusters, all;
};
FIELDS(NetVladMass, a, mass, positions, clusters, all)

struct NetVladAssignBackward
{
    const float* a;
    const float* scales;  // or null
    const float* bias;    // or null
    const float* g;
    float* dz;     // p, replaced
    float* along;  // t; null where there are no scales
    long long locations;
    int positions, clusters;
};
FIELDS(NetVladAssignBackward, a, scales, bias, g, dz, along, locations, positions, clusters)

DEVICE int lane() { return threadIdx.x % warp_size; }

/// The warp's location; whole warps stand beyond the last one.
DEVICE long long location() { return static_cast<long long>(blockIdx.x) * (assign_threads / warp_size) + threadIdx.x / warp_size; }

/// 1 / max(|x|, 1e-12) of a location.
template <typename T, int N>
DEVICE float scale_of(const T* x, int channels)
{
    float sum = 0;
    for (int c = lane() * N; c < channels; c += warp_size * N)
    {
        const Floats<N> values = load<N>(x + c);
#pragma unroll
        for (int i = 0; i < N; i++)
            sum = fmaf(values[i], values[i], sum);
    }
    return 1.0f / fmaxf(sqrtf(warp_reduce<Sum>(sum)), least_length);
}

template <typename T, int N>
DEVICE void assign(const NetVladAssign& args)
{
    const long long i = location();
    if (i >= args.locations)
        return;
    float scale = 1;
    if (args.scales)
    {
        scale = scale_of<T, N>(static_cast<const T*>(args.x) + i * args.channels, args.channels);
        if (lane() == 0)
            args.scales[i] = scale;
    }
    float* a = args.a + i * args.clusters;
    float largest = Largest::neutral;
    for (int k = lane(); k < args.clusters; k += warp_size)
    {
        a[k] = scale * a[k] + (args.bias ? args.bias[k] : 0.0f);
        largest = fmaxf(largest, a[k]);
    }
    largest = warp_reduce<Largest>(largest);
    float sum = 0;
    for (int k = lane(); k < args.clusters; k += warp_size)
        sum += a[k] = expf(a[k] - largest);
    const float share = 1.0f / warp_reduce<Sum>(sum);
    for (int k = lane(); k < args.clusters; k += warp_size)
        a[k] *= share;
}

DEVICE void add_mass(const NetVladMass& args)
{
    constexpr int groups = mass_threads / warp_size;
    __shared__ float sums[groups][warp_size];
    const int blocks_per_image = (args.clusters + warp_size - 1) / warp_size, group = threadIdx.x / warp_size;
    const long long image = blockIdx.x / blocks_per_image;
    const int k = static_cast<int>(blockIdx.x % blocks_per_image) * warp_size + lane();
    float sum = 0;
    if (k < args.clusters)
        for (long long i = group; i < args.positions; i += groups)
            sum += args.a[(image * args.positions + i) * args.all + k];
    sums[group][lane()] = sum;
    __syncthreads();
    if (group > 0 || k >= args.clusters)
        return;
    for (int other = 1; other < groups; other++)
        sum += sums[other][lane()];
    args.mass[image * args.clusters + k] = sum;
}

DEVICE void assign_backward(const NetVladAssignBackward& args)
{
    const long long i = location();
    if (i >= args.locations)
        return;
    const float scale = args.scales ? args.scales[i] : 1.0f;
    const float* a = args.a + i * args.clusters;
    const float* g = args.g + i / args.positions * args.clusters;
    float* dz = args.dz + i * args.clusters;
    float mean = 0, along = 0;
    for (int k = lane(); k < args.clusters; k += warp_size)
    {
        const float product = scale * dz[k];
        dz[k] = product - g[k];
        mean = fmaf(a[k], dz[k], mean);
        along = fmaf(a[k], product, along);
    }
    mean = warp_reduce<Sum>(mean);
    for (int k = lane(); k < args.clusters; k += warp_size)
    {
        dz[k] = a[k] * (dz[k] - mean);
        if (a[k] > 0)
            along = fmaf(dz[k], logf(a[k]) - (args.bias ? args.bias[k] : 0.0f), along);
    }
    along = warp_reduce<Sum>(along);
    if (args.along && lane() == 0)
        args.along[i] = scale < 1.0f / least_length ? along : 0.0f;
}

}  // namespace

KERNEL(netvlad_assign_f32, NetVladAssign, assign_threads) { assign<float, 1>(args); }
KERNEL(netvlad_assign_f32x4, NetVladAssign, assign_threads) { assign<float, 4>(args); }
KERNEL(netvlad_assign_bf16, NetVladAssign, assign_threads) { assign<bf16, 1>(args); }
KERNEL(netvlad_assign_bf16x8, NetVladAssign, assign_threads) { assign<bf16, 8>(args); }
KERNEL(netvlad_mass, NetVladMass, mass_threads) { add_mass(args); }
KERNEL(netvlad_assign_backward, NetVladAssignBackward, assign_threads) { assign_backward(args); }
