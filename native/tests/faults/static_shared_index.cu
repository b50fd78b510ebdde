// A tile one value too short, by its name.
#include "planted.cuh"

KERNEL(static_shared_index, Planted, 96)
{
    __shared__ float tile[95];
    tile[threadIdx.x] = args.x[threadIdx.x];
    __syncthreads();
    args.y[threadIdx.x] = tile[threadIdx.x];
}
