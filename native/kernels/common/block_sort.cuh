// block_sort.cuh: bitonic sort of keys, in shared or in global memory, by one block.
#pragma once

#include "common/rank_key.cuh"

/// Puts the larger of two keys first; `low` may lie behind the end.
DEVICE void order(Key* keys, long long high, long long low, long long count)
{
    if (low >= count || keys[high] >= keys[low])
        return;
    const Key smaller = keys[high];
    keys[high] = keys[low];
    keys[low] = smaller;
}

/// Sorts keys from high to low. Bitonic, with each run's second half read backwards, so that every comparison puts the larger
/// key first: keys behind the end, were there any, would stay there, and `count` needs to be no power of two. All threads of
/// the block take part; the last barrier has been passed on return.
DEVICE void sort(Key* keys, long long count)
{
    for (int level = 1; 1LL << (level - 1) < count; level++)
    {
        const long long half = 1LL << (level - 1), pairs = (count + 2 * half - 1) / (2 * half) * half;
        for (long long pair = threadIdx.x; pair < pairs; pair += blockDim.x)
        {
            const long long run = pair >> (level - 1) << level, place = pair & (half - 1);
            order(keys, run + place, run + 2 * half - 1 - place, count);
        }
        __syncthreads();
        for (int step = level - 2; step >= 0; step--)
        {
            for (long long pair = threadIdx.x; pair < pairs; pair += blockDim.x)
            {
                const long long high = pair >> step << (step + 1) | (pair & ((1LL << step) - 1));
                order(keys, high, high + (1LL << step), count);
            }
            __syncthreads();
        }
    }
}
