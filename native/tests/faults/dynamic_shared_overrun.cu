// The launch brings shared memory for one value less.
#include "planted.cuh"

KERNEL(dynamic_shared_overrun, Planted, 96)
{
    DYNAMIC_SHARED(float, tile);
    tile[threadIdx.x] = args.x[threadIdx.x];
    __syncthreads();
    args.y[threadIdx.x] = tile[threadIdx.x];
}
