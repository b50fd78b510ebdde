// Even and odd threads wait in different places.
#include "planted.cuh"

KERNEL(divergent_barrier, Planted, 96)
{
    if (threadIdx.x % 2 == 0)
        __syncthreads();
    else
        __syncthreads();
    args.y[threadIdx.x] = args.x[threadIdx.x];
}
