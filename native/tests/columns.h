// columns.h: what the tests of kernels that walk columns (common/columns.cuh) share.
#pragma once

#include "common/columns.cuh"
#include "tests/kernel_test.h"

/// How a matrix is cut, as a host might; `repeats` rows of [rows * repeats, channels] are seen as one.
struct Cut
{
    long long rows, chunk_rows;
    int channels, repeats, width;

    int columns() const { return channels * repeats; }
    long long count() const { return rows * columns(); }
    int tiles(int n) const { return (columns() / n + width - 1) / width; }
    int chunks() const { return static_cast<int>((rows + chunk_rows - 1) / chunk_rows); }
    long long blocks(int n) const { return static_cast<long long>(chunks()) * tiles(n); }
    long long chunk_of(long long row) const { return row / chunk_rows; }
};

/// Cuts for packs of N: one row; fewer rows than lanes and more; whole tiles and a ragged last one; idle threads beside the
/// lanes; several chunks, the last short; rows side by side.
inline std::vector<Cut> cuts(int n)
{
    return {
        {1, 1, n, 1, 1},          // one pack
        {31, 31, 3 * n, 1, 3},    // 85 lanes, one thread idle
        {33, 7, 5 * n, 1, 2},     // three tiles, the last half empty
        {1031, 257, 2 * n, 1, 2}, // more rows than lanes
        {300, 300, n, 1, 1},      // 256 lanes
        {5, 2, 64 * n, 1, 64},    // wide
        {40, 16, n, 2, 2},        // two rows side by side
        {17, 17, 1, n, 1},        // one channel
    };
}

inline long long blocks_of_totals(int channels) { return (channels + total_channels - 1) / total_channels; }

/// A matrix that ends past 2^31 elements; only its last chunk is to be touched.
inline Cut far_cut(int n) { return {(1ll << 31) / (16 * n) + 5, 8, 16 * n, 1, 16}; }

inline Window last_block(long long blocks) { return {static_cast<unsigned long long>(blocks) - 1, 1}; }

/// Fills the last chunk of a far matrix.
template <typename T>
void fill_last_chunk(Buffer<T>& buffer, const Cut& cut, float value)
{
    T element;
    from_float(value, element);
    for (long long i = static_cast<long long>(cut.chunks() - 1) * cut.chunk_rows * cut.columns(); i < cut.count(); i++)
        buffer.set(i, element);
}
