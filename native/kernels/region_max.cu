// region_max.cu: maximum pooling of regions of a map (R-MAC), forward and backward.
//   y[r,n,c] = max over region r of x[n,i,c]        dx[n,i,c] = sum over r of dy[r,n,c] where i = argmax[r,n,c]
// Of equal values the first position wins; a value that is not a number beats all others. argmax counts positions in the map.
// x, dx [N,P,C] f32 or bf16, P = H W; y, dy [R,N,C] f32; argmax [R,N,C] int32 (forward: or none)
// launch: as common/regions.cuh (forward) and common/pooling.cuh (backward) say, N = 4 (f32x4), 8 (bf16x8) or 1
// moves: regions overlap: the three levels of R-MAC read each position five times, all but the first from the cache, and
//   backward compares each position with R winners; N P C s bytes of memory each. 15 regions of bf16 [8,14,14,2048]: 6 MB
// deterministic: the winner does not depend on the order; gradients are added in the order of the regions
#include "common/regions.cuh"
#include "common/winners.cuh"

namespace
{

struct RegionMaxForward
{
    const void* x;
    const int* regions;
    float* y;
    int* argmax;  // or null
    int count, images, height, width, channels, lanes;
};
FIELDS(RegionMaxForward, x, regions, y, argmax, count, images, height, width, channels, lanes)

struct RegionMaxBackward
{
    const float* dy;
    const int* argmax;
    void* dx;
    int count, images, positions, channels, lanes;
};
FIELDS(RegionMaxBackward, dy, argmax, dx, count, images, positions, channels, lanes)

template <typename T, int N>
DEVICE void forward(const RegionMaxForward& args)
{
    const RegionMap map = {args.regions, args.count, args.images, args.height, args.width};
    const RegionPlace<N> place(map, args.channels, args.lanes);
    Winner best[N];
#pragma unroll
    for (int i = 0; i < N; i++)
        best[i] = {minus_infinity, place.group < place.positions ? place.in_map(place.group) : 0x7fffffff};
    each_region_position(place, static_cast<const T*>(args.x), [&](int position, const Floats<N>& values) { challenge(best, position, values); });
    leave_winners(place, best, args.y, args.argmax);
}

template <typename T, int N>
DEVICE void backward(const RegionMaxBackward& args)
{
    const PoolPlace<N> place(args.positions, args.channels, args.lanes);
    const long long region_step = static_cast<long long>(args.images) * args.channels;
    for (int position = place.group; position < place.positions; position += place.groups)
    {
        Floats<N> gradient = {};
        for (int r = 0; r < args.count; r++)
        {
            const long long at = place.pooled + r * region_step;
            const Floats<N> dy = load<N>(args.dy + at), winners = load<N>(reinterpret_cast<const float*>(args.argmax) + at);
#pragma unroll
            for (int i = 0; i < N; i++)
                gradient[i] += __float_as_int(winners[i]) == position ? dy[i] : 0.0f;
        }
        store<N>(static_cast<T*>(args.dx) + place.at(position), gradient);
    }
}

}  // namespace

KERNEL(region_max_forward_f32, RegionMaxForward, pool_threads) { forward<float, 1>(args); }
KERNEL(region_max_forward_f32x4, RegionMaxForward, pool_threads) { forward<float, 4>(args); }
KERNEL(region_max_forward_bf16, RegionMaxForward, pool_threads) { forward<bf16, 1>(args); }
KERNEL(region_max_forward_bf16x8, RegionMaxForward, pool_threads) { forward<bf16, 8>(args); }
KERNEL(region_max_backward_f32, RegionMaxBackward, pool_threads) { backward<float, 1>(args); }
KERNEL(region_max_backward_f32x4, RegionMaxBackward, pool_threads) { backward<float, 4>(args); }
KERNEL(region_max_backward_bf16, RegionMaxBackward, pool_threads) { backward<bf16, 1>(args); }
KERNEL(region_max_backward_bf16x8, RegionMaxBackward, pool_threads) { backward<bf16, 8>(args); }
