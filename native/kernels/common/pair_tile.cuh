// pair_tile.cuh: a sum over the dimensions for each pair of 32 rows with 32 others: |a - b|^2 from differences, so that near rows
// keep their digits, or a . b. The rows pass through shared memory 32 dimensions at a time; a thread has two rows by two in registers.
//
// launch: blocks of 256 threads, all of which take part
#pragma once

#include "common/types.cuh"

constexpr int pair_side = 32;
constexpr int pair_threads = 256;

struct SquaredDifference
{
    static DEVICE float add(float a, float b, float sum)
    {
        const float difference = a - b;
        return fmaf(difference, difference, sum);
    }
};

struct Product
{
    static DEVICE float add(float a, float b, float sum) { return fmaf(a, b, sum); }
};

/// 32 lines of 32 dimensions, each 16 bytes longer than it is, so that 16-byte reads down a column meet different banks.
struct alignas(16) PairStrip
{
    static constexpr int depth = 32, pitch = depth + 4;
    float lines[pair_side][pitch];
};

/// Brings dimensions [first, first + 32) of a tile's rows; 0 beyond the last dimension and where a row is null.
template <int N>
DEVICE void fill_strip(PairStrip& strip, const float* row, int first, int dimension)
{
    // Eight threads a line, four dimensions each.
    const int line = threadIdx.x / 8, at = threadIdx.x % 8 * 4;
#pragma unroll
    for (int i = 0; i < 4; i += N)
    {
        Floats<N> values = {};
        if (row && first + at + i < dimension)
            values = load<N>(row + first + at + i);
        store<N>(&strip.lines[line][at + i], values);
    }
}

/// A block's shared memory.
struct PairTile
{
    PairStrip a, b;
    float values[pair_side][pair_side + 1];
};

/// Fills tile.values with the sums; row_a and row_b are the rows of line threadIdx.x / 8 of either side, or null. All may read them
/// when it returns.
template <typename Term, int N>
DEVICE void pair_tile(const float* row_a, const float* row_b, int dimension, PairTile& tile)
{
    const int row = threadIdx.x / 16, column = threadIdx.x % 16;
    float sums[2][2] = {};
    for (int first = 0; first < dimension; first += PairStrip::depth)
    {
        fill_strip<N>(tile.a, row_a, first, dimension);
        fill_strip<N>(tile.b, row_b, first, dimension);
        __syncthreads();
#pragma unroll 2
        for (int at = 0; at < PairStrip::depth; at += 4)
        {
            const Floats<4> left[2] = {load<4>(&tile.a.lines[row][at]), load<4>(&tile.a.lines[row + 16][at])};
            const Floats<4> right[2] = {load<4>(&tile.b.lines[column][at]), load<4>(&tile.b.lines[column + 16][at])};
#pragma unroll
            for (int i = 0; i < 4; i++)
#pragma unroll
                for (int j = 0; j < 4; j++)
                    sums[i / 2][i % 2] = Term::add(left[i / 2][j], right[i % 2][j], sums[i / 2][i % 2]);
        }
        __syncthreads();
    }
#pragma unroll
    for (int i = 0; i < 4; i++)
        tile.values[row + i / 2 * 16][column + i % 2 * 16] = sums[i / 2][i % 2];
    __syncthreads();
}
