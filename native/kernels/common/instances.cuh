// instances.cuh: walking maps [N, rows, C] of which each image has values of its own per channel, or sums of its own.
//
// As columns.cuh has it, but no block meets two images: each is cut into `chunks` chunks by itself, and blocks are numbered
// (image * chunks + chunk) * tiles + tile. Args has rows, chunk_rows, chunks, columns and width.
#pragma once

#include "common/columns.cuh"

/// A tile of one image, and where the image lies.
template <int N>
struct ImageTile : Tile<N>
{
    long long image, start;

    template <typename Args>
    DEVICE ImageTile(const Args& args, int taken)
        : Tile<N>(args.rows, args.chunk_rows, taken, args.width, blockIdx.x % blocks(args, taken)), image(blockIdx.x / blocks(args, taken)),
          start(image * args.rows * args.columns)
    {
    }

    /// Blocks of an image.
    template <typename Args>
    static DEVICE unsigned blocks(const Args& args, int taken)
    {
        return static_cast<unsigned>(args.chunks * ((taken / N + args.width - 1) / args.width));
    }

    /// Where what the tile's chunk leaves begins, `kinds` values a column.
    template <typename Args>
    DEVICE long long partial(const Args& args, int kinds) const
    {
        return (image * args.chunks + this->chunk) * kinds * args.columns + this->column;
    }
};

/// The values of N columns from two tables, of which the second begins at column `split`.
template <int N>
DEVICE Floats<N> joined_values(const float* first, const float* rest, int split, int column)
{
    Floats<N> result;
#pragma unroll
    for (int i = 0; i < N; i++)
        result[i] = column + i < split ? first[column + i] : rest[column + i - split];
    return result;
}

/// The channel of a thread in a block for 8 channels, and its share of the images: first, first + total_lanes, ...
struct ChannelLane
{
    long long channel = static_cast<long long>(blockIdx.x) * total_channels + threadIdx.x % total_channels;
    int first = threadIdx.x / total_channels;

    /// Whether the block has channels from `split` on; the same for all its threads.
    DEVICE bool block_ends_past(int split) const { return static_cast<long long>(blockIdx.x + 1) * total_channels > split; }
};
