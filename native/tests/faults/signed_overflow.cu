// A position that does not fit 32 bits.
#include "planted.cuh"

KERNEL(signed_overflow, Planted, 96)
{
    const int position = static_cast<int>(threadIdx.x) * 100000000;
    args.y[threadIdx.x] = position >= 0 ? args.x[threadIdx.x] : 0;
}
