// The launch gives an address of the host.
#include "planted.cuh"

KERNEL(host_pointer, Planted, 96) { args.y[threadIdx.x] = args.x[threadIdx.x]; }
