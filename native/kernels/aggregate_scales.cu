// aggregate_scales.cu: generalised mean of descriptors taken at several scales.
//   y[i] = ( 1/S sum_s max(x[s,i], 0)^p )^(1/p);  for p = 1 the plain mean, whatever the sign
// x [S, count] f32, y [count] f32, count = N D; S at least 1, p > 0. The largest value is divided by first: no power overflows.
// launch: one dimension, 256 threads, a thread takes N = 4 (f32x4) or 1 neighbouring results and strides over the grid
// moves: 4 S count bytes read, again from the caches unless p = 1, and 4 count written: bandwidth bound. Floor at the
//   4.3 TB/s of a copy on an H200: [3,100000,2048] 3.3 GB in 0.76 ms
// deterministic: every result by itself
#include "common/grid.cuh"
#include "common/power.cuh"

namespace
{

constexpr int threads = 256;

struct AggregateScales
{
    const float* x;
    float* y;
    float p;
    int scales;
    long long count;
};
FIELDS(AggregateScales, x, y, p, scales, count)

template <int N>
DEVICE Floats<N> mean(const AggregateScales& args, long long at)
{
    Floats<N> sums = {};
    for (int scale = 0; scale < args.scales; scale++)
    {
        const Floats<N> values = load<N>(args.x + scale * args.count + at);
#pragma unroll
        for (int i = 0; i < N; i++)
            sums[i] += values[i];
    }
#pragma unroll
    for (int i = 0; i < N; i++)
        sums[i] /= static_cast<float>(args.scales);
    return sums;
}

template <int N>
DEVICE Floats<N> power_mean(const AggregateScales& args, long long at, const Exponents<N>& p)
{
    Floats<N> largest = {}, inverse, sums = {};
    for (int scale = 0; scale < args.scales; scale++)
    {
        const Floats<N> values = load<N>(args.x + scale * args.count + at);
#pragma unroll
        for (int i = 0; i < N; i++)
            largest[i] = fmaxf(largest[i], values[i]);
    }
#pragma unroll
    for (int i = 0; i < N; i++)
        inverse[i] = 1.0f / fmaxf(largest[i], smallest_normal);
    for (int scale = 0; scale < args.scales; scale++)
    {
        Floats<N> values = load<N>(args.x + scale * args.count + at);
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = at_least(values[i] * inverse[i], smallest_normal);
        const Floats<N> powers = p.raise(values);
#pragma unroll
        for (int i = 0; i < N; i++)
            sums[i] += powers[i];
    }
#pragma unroll
    for (int i = 0; i < N; i++)
        sums[i] = largest[i] * exp2f(log2f(sums[i] / static_cast<float>(args.scales)) / args.p);
    return sums;
}

template <int N>
DEVICE void aggregate(const AggregateScales& args)
{
    Floats<N> same;
#pragma unroll
    for (int i = 0; i < N; i++)
        same[i] = args.p;
    const Exponents<N> p(same);
    for (long long at = grid_thread() * N; at < args.count; at += grid_threads() * N)
        store<N>(args.y + at, args.p == 1.0f ? mean<N>(args, at) : power_mean(args, at, p));
}

}  // namespace

KERNEL(aggregate_scales_f32, AggregateScales, threads) { aggregate<1>(args); }
KERNEL(aggregate_scales_f32x4, AggregateScales, threads) { aggregate<4>(args); }
