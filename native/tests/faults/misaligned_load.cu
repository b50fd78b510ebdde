// 16 bytes at a time, from an address that is a multiple of 4.
#include "planted.cuh"

KERNEL(misaligned_load, Planted, 96)
{
    if (threadIdx.x < 15)
        store<4>(args.y + threadIdx.x * 4, load<4>(args.x + threadIdx.x * 4 + 1));
}
