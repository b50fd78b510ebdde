// winners.cuh: the largest value of each channel and where it stands. Of equal values the first position wins; a value that is
// not a number beats all others.
#pragma once

#include "common/pooling.cuh"

struct Winner
{
    float value;
    int position;
};

constexpr float minus_infinity = -__builtin_huge_valf();

DEVICE bool beats(Winner b, Winner a)
{
    const bool earlier = b.position < a.position;
    if (a.value != a.value || b.value != b.value)
        return b.value != b.value && (a.value == a.value || earlier);
    return b.value > a.value || (b.value == a.value && earlier);
}

/// Joins what the groups have for each channel, as join_groups does for single values.
template <int N>
DEVICE Winner join_winners(const PoolPlace<N>& place, Winner (&best)[N])
{
    Winner* tile = pool_tile<Winner, N>();
    const int warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size, width = place.lanes * N;
    for (int distance = place.lanes; distance < warp_size; distance *= 2)
    {
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            const Winner other = {__shfl_xor_sync(full_warp, best[i].value, distance), __shfl_xor_sync(full_warp, best[i].position, distance)};
            if (beats(other, best[i]))
                best[i] = other;
        }
    }
    if (static_cast<int>(threadIdx.x % warp_size) < place.lanes)
    {
#pragma unroll
        for (int i = 0; i < N; i++)
            tile[warp * width + place.lane * N + i] = best[i];
    }
    __syncthreads();
    Winner joined = {minus_infinity, 0x7fffffff};
    if (place.finishes())
        for (int other = 0; other < warps; other++)
            if (beats(tile[other * width + threadIdx.x], joined))
                joined = tile[other * width + threadIdx.x];
    return joined;
}

/// Holds the thread's next position against its best so far. Positions come in ascending order; best begins at its first one,
/// at minus infinity: a later one must be larger, or no number.
template <int N>
DEVICE void challenge(Winner (&best)[N], int position, const Floats<N>& values)
{
#pragma unroll
    for (int i = 0; i < N; i++)
        if (best[i].value == best[i].value && !(values[i] <= best[i].value))
            best[i] = {values[i], position};
}

/// Writes what the groups found together: value and, where asked for, position.
template <int N>
DEVICE void leave_winners(const PoolPlace<N>& place, Winner (&best)[N], float* y, int* argmax)
{
    const Winner winner = join_winners(place, best);
    if (!place.finishes())
        return;
    y[place.finished()] = winner.value;
    if (argmax)
        argmax[place.finished()] = winner.position;
}
