// A tile one value too short, through a pointer that does not know its length.
#include "planted.cuh"

KERNEL(static_shared_overrun, Planted, 96)
{
    __shared__ float tile[95];
    float* const place = tile;
    place[threadIdx.x] = args.x[threadIdx.x];
    __syncthreads();
    args.y[threadIdx.x] = place[threadIdx.x];
}
