// wgem_pool.cu: weighted generalised-mean pooling of a map or of regions of it (wGeM), forward and backward.
//   y[r,n,c]       = ( sum_i w v^p )^(1/p) over the positions i of region r,  v = max(x[n,i,c], epsilon),  w = weights[r,n,i]
//   dx[n,i,c]      = sum over r of dy w u^(p-1) where x >= epsilon, else 0,  u = v / y[r,n,c]
//   shares[r,n,i]  = w dL/dw = sum_c dy y/p w u^p
//   dp            += sum dy y/p sum_i w u^p log u,  over r and n, and over c if p is shared
// x, dx [N,P,C] f32 or bf16; y, dy [R,N,C] f32; weights, shares [R,N,P] f32, weights none: 1 / positions of the region; p, dp [1]
// or [C] f32; epsilon >= 0, p > 0; sums in f32. Weights below 2^-126 count as 0.
//
// Nothing overflows: forward divides by the largest value that weighs anything; backward takes the weight into the exponent,
// w u^p = 2^(p log2 u + log2 w), which is at most 1 where u^p by itself may be anything. What is 0 everywhere stays 0.
//
// forward: launch as common/regions.cuh says, backward as common/pooling.cuh: a thread keeps to its positions of the map and
//   goes through the regions that hold them. N = 4 (f32x4), 8 (bf16x8) or 1. Backward leaves what its blocks add to shares,
//   [tiles of channels, R, N, P], for a column sum, and to dp, [N,C] for p per channel, [blocks] for a shared p.
// moves: forward reads the map once for the maximum and once, mostly from the cache, for the powers; backward reads and writes
//   N P C s. Bandwidth bound for whole p; with others two special functions an element. Floor at the 4.3 TB/s of a copy on an
//   H200, forward and backward: bf16 [256,7,7,2048] 12 to 24 and 24 us; bf16 [8,14,14,2048] 6 MB: less than a launch
// deterministic: sums in an order that shapes determine, no atomics
#include "common/power.cuh"
#include "common/reduce.cuh"
#include "common/regions.cuh"

namespace
{

struct WeightedForward
{
    const void* x;
    const float* weights;  // or null
    const int* regions;    // or null
    const float* p;
    float* y;
    float epsilon;
    int shared_p;  // 1: one exponent for all channels
    int count, images, height, width, channels, lanes;
};
FIELDS(WeightedForward, x, weights, regions, p, y, epsilon, shared_p, count, images, height, width, channels, lanes)

struct WeightedBackward
{
    const void* x;
    const float* weights;  // or null
    const int* regions;    // or null
    const float* y;
    const float* dy;
    const float* p;
    void* dx;
    float* mask_shares;      // or null
    float* exponent_shares;  // or null
    float epsilon;
    int shared_p;
    int count, images, height, width, channels, lanes;
};
FIELDS(WeightedBackward, x, weights, regions, y, dy, p, dx, mask_shares, exponent_shares, epsilon, shared_p, count, images, height, width, channels, lanes)

/// A position's weight: the mask's, or the region's own if there is none. Below the smallest normal number: nothing.
DEVICE float weight_of(const float* weights, long long at, const Region& region)
{
    return weights ? weights[at] : 1.0f / static_cast<float>(region.positions());
}

template <typename T, int N>
DEVICE void forward(const WeightedForward& args)
{
    alignas(16) __shared__ float inverses[pool_lanes * N];
    const RegionMap map = {args.regions, args.count, args.images, args.height, args.width};
    const RegionPlace<N> place(map, args.channels, args.lanes);
    const T* x = static_cast<const T*>(args.x);
    Floats<N> values, sums = {};
#pragma unroll
    for (int i = 0; i < N; i++)
        values[i] = args.epsilon;
    each_region_position(place, x, [&](int position, const Floats<N>& read) {
        const bool weighs = weight_of(args.weights, place.mask + position, place.region) >= smallest_normal;
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = weighs ? at_least(read[i], values[i]) : values[i];
    });
    const float largest = join_groups<Largest>(place, values);
    if (static_cast<int>(threadIdx.x) < place.lanes * N)
        inverses[threadIdx.x] = 1.0f / at_least(largest, smallest_normal);
    __syncthreads();
    const Floats<N> inverse = load<N>(inverses + place.lane * N);
    const Exponents<N> p = exponents_of<N>(args.p, args.shared_p || place.channel >= place.channels, place.channel);
    each_region_position(place, x, [&](int position, const Floats<N>& read) {
        const float weight = weight_of(args.weights, place.mask + position, place.region);
        if (weight < smallest_normal)
            return;
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = at_least(read[i], args.epsilon) * inverse[i];
        const Floats<N> powers = p.raise(values);
#pragma unroll
        for (int i = 0; i < N; i++)
            sums[i] = fmaf(weight, powers[i], sums[i]);
    });
    const float sum = join_groups<Sum>(place, sums);
    if (!place.finishes())
        return;
    const float exponent = args.p[args.shared_p ? 0 : place.finished_channel()];
    args.y[place.finished()] = largest * (exponent == 1.0f ? sum : exp2f(log2f(sum) / exponent));
}

/// What a region's results are to a thread's pack of channels.
template <int N>
struct Pooled
{
    Floats<N> inverse = {}, dy = {}, factor = {};  // 1 / y, 0 where y is 0; dy y / p

    DEVICE Pooled(const WeightedBackward& args, const PoolPlace<N>& place, const Floats<N>& p, int region)
    {
        if (place.channel >= place.channels)
            return;
        const long long at = place.pooled + static_cast<long long>(region) * args.images * args.channels;
        const Floats<N> y = load<N>(args.y + at);
        dy = load<N>(args.dy + at);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            inverse[i] = y[i] == 0.0f ? 0.0f : 1.0f / y[i];
            factor[i] = dy[i] * y[i] / p[i];
        }
    }
};

/// One region's part in a position: adds to dx and to the logarithms' sums and returns the mask's share of these channels.
template <int N>
DEVICE float take_region(const WeightedBackward& args, const Exponents<N>& one_less, const Pooled<N>& pooled, float weight, const Floats<N>& x, Floats<N>& dx,
                         Floats<N>& log_sums)
{
    Floats<N> u, slopes;
    float share = 0.0f;
#pragma unroll
    for (int i = 0; i < N; i++)
        u[i] = at_least(x[i], args.epsilon) * pooled.inverse[i];
    if (one_less.whole >= 0)
    {
        slopes = one_less.raise(u);
#pragma unroll
        for (int i = 0; i < N; i++)
            slopes[i] *= weight;
    }
    else
    {
        const float log_weight = fast_log2(weight);
#pragma unroll
        for (int i = 0; i < N; i++)
            slopes[i] = fast_exp2(fmaf(one_less.p[i], fast_log2(at_least(u[i], smallest_normal)), log_weight));
    }
#pragma unroll
    for (int i = 0; i < N; i++)
    {
        dx[i] += x[i] >= args.epsilon ? pooled.dy[i] * slopes[i] : 0.0f;
        const float part = pooled.factor[i] * slopes[i] * u[i];
        share += part;
        if (args.exponent_shares)
            log_sums[i] = fmaf(part, fast_log2(at_least(u[i], smallest_normal)), log_sums[i]);
    }
    return share;
}

/// What the block's channels add to the exponent's gradient: from each its share or, for a shared exponent, all in one.
template <int N>
DEVICE void leave_exponent_shares(const WeightedBackward& args, const PoolPlace<N>& place, const Floats<N>& log_sums)
{
    float share = natural_per_binary * join_groups<Sum>(place, log_sums);
    if (!args.shared_p)
    {
        if (place.finishes())
            args.exponent_shares[place.finished()] = share;
        return;
    }
    share = block_reduce<Sum>(place.finishes() ? share : 0.0f);
    if (threadIdx.x == 0)
        args.exponent_shares[blockIdx.x] = share;
}

template <typename T, int N>
DEVICE void backward(const WeightedBackward& args)
{
    const RegionMap map = {args.regions, args.count, args.images, args.height, args.width};
    const int positions = map.positions();
    const PoolPlace<N> place(positions, args.channels, args.lanes);
    const long long image = (place.pooled - place.channel) / args.channels, tile = place.first_channel / (place.lanes * N);
    Exponents<N> one_less = exponents_of<N>(args.p, args.shared_p || place.channel >= place.channels, place.channel);
    const Floats<N> p = one_less.p;
    one_less.lessen_by_one();
    Pooled<N> pooled(args, place, p, 0);
    Floats<N> log_sums = {};
    // All threads go through all positions that any has: their shares meet across the warp.
    for (int first = 0; first < positions; first += place.groups)
    {
        const int position = first + place.group, row = position / args.width, column = position % args.width;
        const bool present = position < place.positions;
        Floats<N> x = {}, dx = {};
        if (present)
            x = load<N>(static_cast<const T*>(args.x) + place.at(position));
        for (int r = 0; r < args.count; r++)
        {
            const Region region = map.region(r);
            const long long mask = r * args.images + image;
            float share = 0.0f;
            if (present && region.holds(row, column))
            {
                const float weight = weight_of(args.weights, mask * positions + position, region);
                if (args.count > 1)
                    pooled = Pooled<N>(args, place, p, r);
                if (weight >= smallest_normal)
                    share = take_region(args, one_less, pooled, weight, x, dx, log_sums);
            }
            if (!args.mask_shares)
                continue;
            for (int distance = place.lanes / 2; distance > 0; distance /= 2)
                share += __shfl_xor_sync(full_warp, share, distance);
            if (place.lane == 0 && position < positions)
                args.mask_shares[(tile * args.count * args.images + mask) * positions + position] = share;
        }
        if (present)
            store<N>(static_cast<T*>(args.dx) + place.at(position), dx);
    }
    if (args.exponent_shares)
        leave_exponent_shares(args, place, log_sums);
}

}  // namespace

KERNEL(wgem_pool_forward_f32, WeightedForward, pool_threads) { forward<float, 1>(args); }
KERNEL(wgem_pool_forward_f32x4, WeightedForward, pool_threads) { forward<float, 4>(args); }
KERNEL(wgem_pool_forward_bf16, WeightedForward, pool_threads) { forward<bf16, 1>(args); }
KERNEL(wgem_pool_forward_bf16x8, WeightedForward, pool_threads) { forward<bf16, 8>(args); }
KERNEL(wgem_pool_backward_f32, WeightedBackward, pool_threads) { backward<float, 1>(args); }
KERNEL_RESIDENT(wgem_pool_backward_f32x4, WeightedBackward, pool_threads, 1) { backward<float, 4>(args); }
KERNEL_RESIDENT(wgem_pool_backward_bf16, WeightedBackward, pool_threads, 2) { backward<bf16, 1>(args); }
KERNEL(wgem_pool_backward_bf16x8, WeightedBackward, pool_threads) { backward<bf16, 8>(args); }
