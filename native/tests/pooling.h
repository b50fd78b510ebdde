// pooling.h: what the tests of kernels that pool whole maps (common/pooling.cuh) share.
#pragma once

#include "common/pooling.cuh"
#include "tests/kernel_test.h"

/// A map [images, positions, channels] and how it is launched.
struct PoolMap
{
    int images, positions, channels, lanes, threads;

    long long count() const { return pooled() * positions; }
    long long pooled() const { return 1ll * images * channels; }
    long long blocks(int n) const { return 1ll * images * ((channels + lanes * n - 1) / (lanes * n)); }

    /// The place among the pooled values of an element of the map.
    long long pooled_of(long long i) const { return i / (1ll * positions * channels) * channels + i % channels; }
    int position_of(long long i) const { return static_cast<int>(i / channels % positions); }
};

/// Maps for packs of N: one position; whole and ragged blocks; fewer positions than groups, more than one batch, many
/// groups; a map whose second sweep reads again.
inline std::vector<PoolMap> pool_maps(int n)
{
    return {
        {1, 1, n, 1, 32},
        {2, 49, 5 * n, 4, 64},
        {3, 31, 16 * n, 16, 128},
        {1, 300, 2 * n, 2, 512},
        {2, 9, 33 * n, 16, 128},
        {1, 331, n, 1, 32},
    };
}

/// A map that ends past 2^31 elements; only its last block is to be touched.
inline PoolMap far_pool_map() { return {(1 << 28) + 1, 2, 8, 1, 32}; }

inline Window last_block(long long blocks) { return {static_cast<unsigned long long>(blocks) - 1, 1}; }

/// Sets the last elements of a far buffer.
template <typename T>
void set_last(Buffer<T>& buffer, const std::vector<float>& values)
{
    const long long first = buffer.count() - static_cast<long long>(values.size());
    for (size_t i = 0; i < values.size(); i++)
    {
        T element;
        from_float(values[i], element);
        buffer.set(first + static_cast<long long>(i), element);
    }
}
