// A counter is read while others still count.
#include "planted.cuh"

KERNEL(plain_beside_atomic, Planted, 96)
{
    __shared__ int counter;
    if (threadIdx.x == 0)
        counter = 0;
    __syncthreads();
    atomicAdd(&counter, 1);
    args.y[threadIdx.x] = args.x[threadIdx.x] + static_cast<float>(counter);
}
