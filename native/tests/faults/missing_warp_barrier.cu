// A shuffle brings the lanes together, but orders no memory.
#include "planted.cuh"

KERNEL(missing_warp_barrier, Planted, 96)
{
    __shared__ float tile[96];
    tile[threadIdx.x] = 0;
    __syncthreads();
    tile[threadIdx.x] = __shfl_xor_sync(full_warp, args.x[threadIdx.x], 1);
    args.y[threadIdx.x] = __shfl_xor_sync(full_warp, tile[threadIdx.x ^ 1], 1);
}
