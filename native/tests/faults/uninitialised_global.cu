// Adds to a result that nobody set to zero.
#include "planted.cuh"

KERNEL(uninitialised_global, Planted, 96) { args.y[threadIdx.x] += args.x[threadIdx.x]; }
