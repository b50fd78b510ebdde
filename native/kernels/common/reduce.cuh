// reduce.cuh: sums and maxima over a warp and over a block, in an order that only the block's size determines.
#pragma once

#include "common/types.cuh"

struct Sum
{
    static DEVICE float join(float a, float b) { return a + b; }
    static constexpr float neutral = 0.0f;
};

struct Largest
{
    static DEVICE float join(float a, float b) { return fmaxf(a, b); }
    static constexpr float neutral = -3.402823466e+38f;
};

/// Every lane of the warp gets the result. All 32 lanes take part.
template <typename Join>
DEVICE float warp_reduce(float value)
{
#pragma unroll
    for (int distance = warp_size / 2; distance > 0; distance /= 2)
        value = Join::join(value, __shfl_xor_sync(full_warp, value, distance));
    return value;
}

/// Every thread of the block gets the result. All threads take part; blockDim is a multiple of 32, at most 1,024, and
/// one-dimensional. Begins and ends so that it can be called again at once.
template <typename Join>
DEVICE float block_reduce(float value)
{
    __shared__ float partial[warp_size];
    const int lane = threadIdx.x % warp_size, warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size;
    value = warp_reduce<Join>(value);
    if (lane == 0)
        partial[warp] = value;
    __syncthreads();
    value = warp_reduce<Join>(lane < warps ? partial[lane] : Join::neutral);
    __syncthreads();
    return value;
}
