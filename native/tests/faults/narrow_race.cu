// Two threads write one bfloat16; their neighbours in the same word are innocent.
#include "planted.cuh"

KERNEL(narrow_race, Planted, 96)
{
    __shared__ bf16 tile[96];
    from_float(args.x[threadIdx.x], tile[threadIdx.x]);
    __syncthreads();
    from_float(0, tile[threadIdx.x == 41 ? 7 : threadIdx.x]);
    __syncthreads();
    args.y[threadIdx.x] = to_float(tile[threadIdx.x]);
}
