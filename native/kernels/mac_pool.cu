// mac_pool.cu: maximum pooling over a whole map (MAC), forward and backward.
//   y[n,c] = max_i x[n,i,c]                dx[n,i,c] = dy[n,c] where i = argmax[n,c], else 0
// Of equal values the first position wins; a value that is not a number beats all others.
// x, dx [N,P,C] f32 or bf16, P = H W at least 1; y, dy [N,C] f32; argmax [N,C] int32 (forward: or none)
// launch: as common/pooling.cuh says, N = 4 (f32x4), 8 (bf16x8) or 1
// moves: N P C s bytes read (forward) or written (backward), and 8 N C: bandwidth bound. Floor at the 4.3 TB/s of a copy on
//   an H200: bf16 [256,7,7,2048] 51 MB in 12 us, f32 24 us; bf16 [1,24,32,2048] 3.1 MB in 0.7 us, less than a launch
// deterministic: the winner does not depend on the order
#include "common/winners.cuh"

namespace
{

struct MacForward
{
    const void* x;
    float* y;
    int* argmax;
    int positions, channels, lanes;
};
FIELDS(MacForward, x, y, argmax, positions, channels, lanes)

struct MacBackward
{
    const float* dy;
    const int* argmax;
    void* dx;
    int positions, channels, lanes;
};
FIELDS(MacBackward, dy, argmax, dx, positions, channels, lanes)

template <typename T, int N>
DEVICE void forward(const MacForward& args)
{
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    Winner best[N];
#pragma unroll
    for (int i = 0; i < N; i++)
        best[i] = {minus_infinity, place.group};
    each_position<8>(place, static_cast<const T*>(args.x), [&](int position, const Floats<N>& values) { challenge(best, position, values); });
    leave_winners(place, best, args.y, args.argmax);
}

template <typename T, int N>
DEVICE void backward(const MacBackward& args)
{
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    if (place.positions == 0)
        return;
    const Floats<N> dy = load<N>(args.dy + place.pooled), winners = load<N>(reinterpret_cast<const float*>(args.argmax) + place.pooled);
    for (int position = place.group; position < place.positions; position += place.groups)
    {
        Floats<N> gradient;
#pragma unroll
        for (int i = 0; i < N; i++)
            gradient[i] = __float_as_int(winners[i]) == position ? dy[i] : 0.0f;
        store<N>(static_cast<T*>(args.dx) + place.at(position), gradient);
    }
}

}  // namespace

KERNEL(mac_pool_forward_f32, MacForward, pool_threads) { forward<float, 1>(args); }
KERNEL(mac_pool_forward_f32x4, MacForward, pool_threads) { forward<float, 4>(args); }
KERNEL(mac_pool_forward_bf16, MacForward, pool_threads) { forward<bf16, 1>(args); }
KERNEL(mac_pool_forward_bf16x8, MacForward, pool_threads) { forward<bf16, 8>(args); }
KERNEL(mac_pool_backward_f32, MacBackward, pool_threads) { backward<float, 1>(args); }
KERNEL(mac_pool_backward_f32x4, MacBackward, pool_threads) { backward<float, 4>(args); }
KERNEL(mac_pool_backward_bf16, MacBackward, pool_threads) { backward<bf16, 1>(args); }
KERNEL(mac_pool_backward_bf16x8, MacBackward, pool_threads) { backward<bf16, 8>(args); }
