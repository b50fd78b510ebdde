// block_select.cuh: the largest of many keys by radix select, by one block. Nothing is sorted: a histogram of one digit at a
// time, from the highest, narrows down which key is the last to be kept. Keys differ, so the choice is unique.
#pragma once

#include "common/rank_key.cuh"

constexpr int digit_bits = 8;
constexpr int digits = 1 << digit_bits;

/// Counts the digit at `shift` of the keys that agree with `bound` where `known` has ones. Loads go ahead of the atomics.
DEVICE void count_digits(const Key* keys, long long count, Key bound, Key known, int shift, int* histogram)
{
    constexpr int ahead = 4;
    for (long long first = threadIdx.x; first < count; first += ahead * static_cast<int>(blockDim.x))
    {
        Key key[ahead];
#pragma unroll
        for (int i = 0; i < ahead; i++)
        {
            const long long place = first + i * static_cast<int>(blockDim.x);
            key[i] = place < count ? keys[place] : 0;
        }
#pragma unroll
        for (int i = 0; i < ahead; i++)
            if (first + i * static_cast<int>(blockDim.x) < count && (key[i] & known) == bound)
                atomicAdd(&histogram[key[i] >> shift & (digits - 1)], 1);
    }
}

/// The digit of the last key to be kept, where `missing` are to be kept of those in the histogram.
struct Digit
{
    int value;
    int missing;  // keys still to be kept among those that have it
    int count;    // how many have it
};

/// Finds it by one warp: each lane sums up neighbouring digits, lane 0 the highest; the lane whose sums reach `missing` looks closer.
DEVICE void choose_digit(const int* histogram, int missing, Digit& chosen)
{
    constexpr int share = digits / warp_size;
    const int lane = threadIdx.x % warp_size, highest = digits - 1 - lane * share;
    int own = 0;
    for (int i = 0; i < share; i++)
        own += histogram[highest - i];
    int above = own;
#pragma unroll
    for (int distance = 1; distance < warp_size; distance *= 2)
    {
        const int other = __shfl_up_sync(full_warp, above, distance);
        above += lane >= distance ? other : 0;
    }
    above -= own;
    if (above >= missing || missing > above + own)
        return;
    int digit = highest;
    for (; above + histogram[digit] < missing; digit--)
        above += histogram[digit];
    chosen = {digit, missing - above, histogram[digit]};
}

/// A key that exactly `kept` of `count` keys reach, kept < count. Digit by digit from the highest: a histogram of the keys that
/// agree with the bound so far says which digit the kept-th of them has. All threads of the block take part.
DEVICE Key find_bound(const Key* keys, long long count, int kept)
{
    __shared__ int histogram[digits];
    __shared__ Digit chosen;
    Key bound = 0, known = 0;
    int missing = kept;
    for (int shift = 64 - digit_bits; shift >= 0; shift -= digit_bits)
    {
        for (int i = threadIdx.x; i < digits; i += blockDim.x)
            histogram[i] = 0;
        __syncthreads();
        count_digits(keys, count, bound, known, shift, histogram);
        __syncthreads();
        if (threadIdx.x < warp_size)
            choose_digit(histogram, missing, chosen);
        __syncthreads();
        bound |= static_cast<Key>(chosen.value) << shift;
        known |= static_cast<Key>(digits - 1) << shift;
        missing = chosen.missing;
        if (missing == chosen.count)
            break;
    }
    return bound;
}

/// Moves the keys that reach the bound to the front, in their order. All threads of the block take part.
DEVICE void keep_reaching(Key* keys, long long count, Key bound)
{
    __shared__ int reaching[warp_size];
    const int lane = threadIdx.x % warp_size, warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size;
    long long written = 0;
    for (long long first = 0; first < count; first += blockDim.x)
    {
        const long long i = first + threadIdx.x;
        const Key key = i < count ? keys[i] : 0;
        const bool reaches = i < count && key >= bound;
        const unsigned votes = __ballot_sync(full_warp, reaches);
        if (lane == 0)
            reaching[warp] = __popc(votes);
        __syncthreads();
        int before = 0, total = 0;
        for (int other = 0; other < warps; other++)
        {
            before += other < warp ? reaching[other] : 0;
            total += reaching[other];
        }
        // What is overwritten has been read: places never run ahead of the keys.
        if (reaches)
            keys[written + before + __popc(votes & ((1u << lane) - 1))] = key;
        written += total;
        __syncthreads();
    }
}
