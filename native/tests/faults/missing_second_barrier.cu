// The tile is filled again while others may still read it.
#include "planted.cuh"

KERNEL(missing_second_barrier, Planted, 96)
{
    DYNAMIC_SHARED(float, tile);
    for (int round = 0; round < 2; round++)
    {
        tile[threadIdx.x] = args.x[threadIdx.x];
        __syncthreads();
        args.y[threadIdx.x] = tile[95 - threadIdx.x];
    }
}
