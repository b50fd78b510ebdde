// Half of the block ends before the barrier.
#include "planted.cuh"

KERNEL(barrier_not_reached, Planted, 96)
{
    if (threadIdx.x >= 32)
        return;
    args.y[threadIdx.x] = args.x[threadIdx.x];
    __syncthreads();
}
