// The last value of the tile is never filled.
#include "planted.cuh"

KERNEL(uninitialised_shared, Planted, 96)
{
    __shared__ float tile[96];
    if (threadIdx.x < 95)
        tile[threadIdx.x] = args.x[threadIdx.x];
    __syncthreads();
    args.y[threadIdx.x] = tile[threadIdx.x];
}
