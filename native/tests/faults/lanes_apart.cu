// The halves of a warp wait for each other in different calls.
#include "planted.cuh"

KERNEL(lanes_apart, Planted, 96)
{
    if (threadIdx.x % 32 < 16)
        __syncwarp();
    else
        args.y[threadIdx.x] = __shfl_xor_sync(full_warp, args.x[threadIdx.x], 1);
}
