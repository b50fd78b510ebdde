// One thread more than there are values.
#include "planted.cuh"

KERNEL(global_write_overrun, Planted, 96)
{
    args.y[threadIdx.x] = args.x[threadIdx.x];
    if (threadIdx.x == 0)
        args.y[blockDim.x] = 0;
}
