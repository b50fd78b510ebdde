// Threads of one warp read what those of others write.
#include "planted.cuh"

KERNEL(missing_barrier, Planted, 96)
{
    __shared__ float tile[96];
    tile[threadIdx.x] = 0;
    __syncthreads();
    tile[threadIdx.x] = args.x[threadIdx.x];
    __syncwarp();
    args.y[threadIdx.x] = tile[95 - threadIdx.x];
}
