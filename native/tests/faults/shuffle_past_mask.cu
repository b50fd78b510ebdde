// Lane 15 reads lane 16, which its mask does not name.
#include "planted.cuh"

KERNEL(shuffle_past_mask, Planted, 96)
{
    args.y[threadIdx.x] = 0;
    if (threadIdx.x % 32 < 16)
        args.y[threadIdx.x] = __shfl_down_sync(0x0000ffffu, args.x[threadIdx.x], 1);
}
