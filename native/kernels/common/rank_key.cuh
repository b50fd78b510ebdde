// rank_key.cuh: a score and a row as one 64-bit number whose order is the ranking: higher scores first, what is not a number
// last, equal scores by rising row. No two rows have equal keys.
#pragma once

#include "common/types.cuh"

using Key = unsigned long long;

/// A score as a number whose order is the ranking's; 0 is what is not a number.
DEVICE unsigned rank_of(float score)
{
    // Adding zero makes -0 the same score as 0.
    const unsigned bits = __float_as_uint(score + 0.0f);
    return score != score ? 0 : bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
}

DEVICE float score_of(unsigned rank) { return __uint_as_float(rank == 0 ? 0x7fc00000u : rank ^ (rank >> 31 ? 0x80000000u : 0xffffffffu)); }

DEVICE Key key_of(float score, int row) { return static_cast<Key>(rank_of(score)) << 32 | ~static_cast<unsigned>(row); }

DEVICE int row_of(Key key) { return static_cast<int>(~static_cast<unsigned>(key)); }
