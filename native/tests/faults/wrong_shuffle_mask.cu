// The mask names the lower half of the warp, and all call.
#include "planted.cuh"

KERNEL(wrong_shuffle_mask, Planted, 96) { args.y[threadIdx.x] = __shfl_xor_sync(0x0000ffffu, args.x[threadIdx.x], 1); }
