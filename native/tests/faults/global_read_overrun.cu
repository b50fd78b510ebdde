// Each thread reads its neighbour's value; the last has none.
#include "planted.cuh"

KERNEL(global_read_overrun, Planted, 96) { args.y[threadIdx.x] = args.x[threadIdx.x + 1]; }
