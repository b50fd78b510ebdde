// gem_pool.cu: generalised-mean pooling (GeM), forward and backward.
//   y[n,c]    = ( 1/P sum_i v^p )^(1/p),  v = max(x[n,i,c], epsilon)                                  P = H W, at least 1
//   dx[n,i,c] = dy/P u^(p-1) where x >= epsilon, else 0,  u = v / y
//   dp       += sum dy y/p ( L/S - log(S/P)/p ),  S = sum_i u^p,  L = sum_i u^p log u,  over n, and over c if p is shared
// x, dx [N,P,C] f32 or bf16; y, dy [N,C] f32; p, dp [1] or [C] f32; epsilon > 0, p > 0; sums in f32
//
// No power overflows: forward divides by the channel's largest value first, so that no term is above 1 and the largest is
// 1 for any p; backward works in u, whose p-th powers have the mean 1. Small whole p are raised to by multiplication, others
// through log2 and exp2. The first power takes no root, so that it is the plain mean.
//
// forward, backward: launch as common/pooling.cuh says, N = 4 (f32x4), 8 (bf16x8) or 1. Where dp is wanted, backward leaves
//   shares: [N,C] for p per channel, [blocks] for a shared p.
// exponent: dp += column sums of the shares [rows, columns]; launched as a pooling of one image of `rows` positions
// moves: forward N P C s bytes read, and 4 N C: what was read for the maximum stays in registers for the powers, up to 8
//   positions a thread (1,024 in all, as the host launches it); larger maps are read again. Backward reads and writes N P C s.
//   Bandwidth bound; with a broken p the two special functions an element come near it in bf16. Floor at the 4.3 TB/s of a
//   copy on an H200, forward and backward: bf16 [256,7,7,2048] 12 and 24 us, f32 24 and 48 us; bf16 [1,24,32,2048] 0.7 and 1.5 us
// deterministic: sums in an order that N, P and C determine, no atomics; an image's y and dx do not depend on the others
#include "common/pooling.cuh"
#include "common/power.cuh"
#include "common/reduce.cuh"

namespace
{

struct GemForward
{
    const void* x;
    const float* p;
    float* y;
    float epsilon;
    int shared_p;  // 1: one exponent for all channels
    int positions, channels, lanes;
};
FIELDS(GemForward, x, p, y, epsilon, shared_p, positions, channels, lanes)

struct GemBackward
{
    const void* x;
    const float* y;
    const float* dy;
    const float* p;
    void* dx;
    float* shares;  // or null
    float epsilon;
    int shared_p;
    int positions, channels, lanes;
};
FIELDS(GemBackward, x, y, dy, p, dx, shares, epsilon, shared_p, positions, channels, lanes)

struct GemExponent
{
    const float* shares;
    float* dp;
    int rows, columns, lanes;
};
FIELDS(GemExponent, shares, dp, rows, columns, lanes)

constexpr int forward_batch = 8;
constexpr int backward_batch = 3;

/// The largest value that the thread meets in each channel, epsilon at least. `batch` keeps the positions read last.
template <typename T, int N>
DEVICE Floats<N> largest_of(const PoolPlace<N>& place, const T* x, float epsilon, Pack<T, N> (&batch)[forward_batch])
{
    Floats<N> largest;
#pragma unroll
    for (int i = 0; i < N; i++)
        largest[i] = epsilon;
    for (int first = place.group; first < place.positions; first += forward_batch * place.groups)
    {
        read_batch(place, x, first, batch);
        use_batch(place, first, batch, [&](int, const Floats<N>& values) {
#pragma unroll
            for (int i = 0; i < N; i++)
                largest[i] = fmaxf(largest[i], values[i]);
        });
    }
    return largest;
}

/// The sums of ( max(x, epsilon) inverse )^p over the thread's positions, which `batch` has if one sweep read them all.
template <typename T, int N>
DEVICE Floats<N> power_sums(const PoolPlace<N>& place, const T* x, float epsilon, const Floats<N>& inverse, const Exponents<N>& p, Pack<T, N> (&batch)[forward_batch])
{
    Floats<N> sums = {};
    const int stride = forward_batch * place.groups;
    for (int first = place.group; first < place.positions; first += stride)
    {
        if (stride < place.positions)
            read_batch(place, x, first, batch);
        use_batch(place, first, batch, [&](int, const Floats<N>& values) {
            Floats<N> scaled;
#pragma unroll
            for (int i = 0; i < N; i++)
                scaled[i] = at_least(values[i], epsilon) * inverse[i];
            const Floats<N> powers = p.raise(scaled);
#pragma unroll
            for (int i = 0; i < N; i++)
                sums[i] += powers[i];
        });
    }
    return sums;
}

template <typename T, int N>
DEVICE void forward(const GemForward& args)
{
    alignas(16) __shared__ float inverses[pool_lanes * N];
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    const T* x = static_cast<const T*>(args.x);
    Pack<T, N> batch[forward_batch];
    const float largest = join_groups<Largest>(place, largest_of(place, x, args.epsilon, batch));
    if (static_cast<int>(threadIdx.x) < place.lanes * N)
        inverses[threadIdx.x] = 1.0f / largest;
    __syncthreads();
    const Exponents<N> p = exponents_of<N>(args.p, args.shared_p || place.positions == 0, place.channel);
    const Floats<N> sums = power_sums(place, x, args.epsilon, load<N>(inverses + place.lane * N), p, batch);
    const float mean = join_groups<Sum>(place, sums) / static_cast<float>(args.positions);
    if (!place.finishes())
        return;
    const float exponent = args.p[args.shared_p ? 0 : place.finished_channel()];
    args.y[place.finished()] = largest * (exponent == 1.0f ? mean : exp2f(log2f(mean) / exponent));
}

/// What the block's channels add to the exponent's gradient: from each its share or, for a shared exponent, all in one.
template <int N>
DEVICE void leave_shares(const GemBackward& args, const PoolPlace<N>& place, const Floats<N>& sums, const Floats<N>& log_sums)
{
    const float sum = join_groups<Sum>(place, sums), log_sum = join_groups<Sum>(place, log_sums);
    float share = 0.0f;
    if (place.finishes())
    {
        const float p = args.p[args.shared_p ? 0 : place.finished_channel()];
        const float slope = log_sum / sum - log2f(sum / static_cast<float>(args.positions)) / p;
        share = natural_per_binary * args.dy[place.finished()] * args.y[place.finished()] / p * slope;
        if (!args.shared_p)
            args.shares[place.finished()] = share;
    }
    if (!args.shared_p)
        return;
    share = block_reduce<Sum>(share);
    if (threadIdx.x == 0)
        args.shares[blockIdx.x] = share;
}

template <typename T, int N>
DEVICE void backward(const GemBackward& args)
{
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    Floats<N> inverse = {}, share = {}, sums = {}, log_sums = {};
    if (place.positions > 0)
    {
        inverse = load<N>(args.y + place.pooled);
        share = load<N>(args.dy + place.pooled);
    }
#pragma unroll
    for (int i = 0; i < N; i++)
    {
        inverse[i] = 1.0f / inverse[i];
        share[i] /= static_cast<float>(args.positions);
    }
    Exponents<N> one_less = exponents_of<N>(args.p, args.shared_p || place.positions == 0, place.channel);
    one_less.lessen_by_one();
    each_position<backward_batch>(place, static_cast<const T*>(args.x), [&](int position, const Floats<N>& x) {
        Floats<N> u, dx;
#pragma unroll
        for (int i = 0; i < N; i++)
            u[i] = at_least(at_least(x[i], args.epsilon) * inverse[i], smallest_normal);
        const Floats<N> slopes = one_less.raise(u);
#pragma unroll
        for (int i = 0; i < N; i++)
            dx[i] = x[i] >= args.epsilon ? share[i] * slopes[i] : 0.0f;
        store<N>(static_cast<T*>(args.dx) + place.at(position), dx);
        if (!args.shares)
            return;
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            sums[i] += slopes[i] * u[i];
            log_sums[i] += slopes[i] * u[i] * fast_log2(u[i]);
        }
    });
    if (args.shares)
        leave_shares(args, place, sums, log_sums);
}

DEVICE void exponent(const GemExponent& args)
{
    const PoolPlace<1> place(args.rows, args.columns, args.lanes);
    Floats<1> sums = {};
    each_position<8>(place, args.shares, [&](int, const Floats<1>& share) { sums[0] += share[0]; });
    const float sum = join_groups<Sum>(place, sums);
    if (place.finishes())
        args.dp[place.finished_channel()] += sum;
}

}  // namespace

KERNEL(gem_pool_forward_f32, GemForward, pool_threads) { forward<float, 1>(args); }
KERNEL(gem_pool_forward_f32x4, GemForward, pool_threads) { forward<float, 4>(args); }
KERNEL(gem_pool_forward_bf16, GemForward, pool_threads) { forward<bf16, 1>(args); }
KERNEL(gem_pool_forward_bf16x8, GemForward, pool_threads) { forward<bf16, 8>(args); }
KERNEL(gem_pool_backward_f32, GemBackward, pool_threads) { backward<float, 1>(args); }
KERNEL(gem_pool_backward_f32x4, GemBackward, pool_threads) { backward<float, 4>(args); }
KERNEL(gem_pool_backward_bf16, GemBackward, pool_threads) { backward<bf16, 1>(args); }
KERNEL(gem_pool_backward_bf16x8, GemBackward, pool_threads) { backward<bf16, 8>(args); }
KERNEL(gem_pool_exponent, GemExponent, pool_threads) { exponent(args); }
