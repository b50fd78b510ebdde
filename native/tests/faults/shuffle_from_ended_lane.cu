// The upper half of each warp has ended when the lower half reads from it.
#include "planted.cuh"

KERNEL(shuffle_from_ended_lane, Planted, 96)
{
    if (threadIdx.x % 32 >= 16)
        return;
    args.y[threadIdx.x] = __shfl_xor_sync(full_warp, args.x[threadIdx.x], 16);
}
