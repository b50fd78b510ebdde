// spoc_pool.cu: sum pooling (SPoC), forward and backward.
//   y[n,c] = 1/P sum_i x[n,i,c]            dx[n,i,c] = dy[n,c] / P            P = H W, at least 1
// x, dx [N,P,C] f32 or bf16; y, dy [N,C] f32; sums in f32
// launch: as common/pooling.cuh says, N = 4 (f32x4), 8 (bf16x8) or 1
// moves: N P C s bytes read (forward) or written (backward), and 4 N C: bandwidth bound. Floor at the 4.3 TB/s of a copy on
//   an H200: bf16 [256,7,7,2048] 51 MB in 12 us, f32 24 us; bf16 [1,24,32,2048] 3.1 MB in 0.7 us, less than a launch
// deterministic: sums in an order that P and C determine, no atomics
#include "common/pooling.cuh"
#include "common/reduce.cuh"

namespace
{

struct SpocForward
{
    const void* x;
    float* y;
    int positions, channels, lanes;
};
FIELDS(SpocForward, x, y, positions, channels, lanes)

struct SpocBackward
{
    const float* dy;
    void* dx;
    int positions, channels, lanes;
};
FIELDS(SpocBackward, dy, dx, positions, channels, lanes)

template <typename T, int N>
DEVICE void forward(const SpocForward& args)
{
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    Floats<N> sums = {};
    each_position<8>(place, static_cast<const T*>(args.x), [&](int, const Floats<N>& values) {
#pragma unroll
        for (int i = 0; i < N; i++)
            sums[i] += values[i];
    });
    const float sum = join_groups<Sum>(place, sums);
    if (place.finishes())
        args.y[place.finished()] = sum / static_cast<float>(args.positions);
}

template <typename T, int N>
DEVICE void backward(const SpocBackward& args)
{
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    if (place.positions == 0)
        return;
    Floats<N> share = load<N>(args.dy + place.pooled);
#pragma unroll
    for (int i = 0; i < N; i++)
        share[i] /= static_cast<float>(args.positions);
    for (int position = place.group; position < place.positions; position += place.groups)
        store<N>(static_cast<T*>(args.dx) + place.at(position), share);
}

}  // namespace

KERNEL(spoc_pool_forward_f32, SpocForward, pool_threads) { forward<float, 1>(args); }
KERNEL(spoc_pool_forward_f32x4, SpocForward, pool_threads) { forward<float, 4>(args); }
KERNEL(spoc_pool_forward_bf16, SpocForward, pool_threads) { forward<bf16, 1>(args); }
KERNEL(spoc_pool_forward_bf16x8, SpocForward, pool_threads) { forward<bf16, 8>(args); }
KERNEL(spoc_pool_backward_f32, SpocBackward, pool_threads) { backward<float, 1>(args); }
KERNEL(spoc_pool_backward_f32x4, SpocBackward, pool_threads) { backward<float, 4>(args); }
KERNEL(spoc_pool_backward_bf16, SpocBackward, pool_threads) { backward<bf16, 1>(args); }
KERNEL(spoc_pool_backward_bf16x8, SpocBackward, pool_threads) { backward<bf16, 8>(args); }
