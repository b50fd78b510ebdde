// The launch frees x before.
#include "planted.cuh"

KERNEL(use_after_free, Planted, 96) { args.y[threadIdx.x] = args.x[threadIdx.x]; }
