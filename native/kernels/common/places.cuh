// places.cuh: walking a map [N, H, W, C] position by position, so that neighbouring threads write neighbouring channels.
// A block takes one of `segments` pieces of a row [W, C], which makes the arithmetic within it 32-bit and cheap.
#pragma once

#include "common/grid.cuh"
#include "common/types.cuh"

/// Where a thread stands in the map that is written: N channels of a position.
struct Place
{
    long long image, at;  // at: index of the first of its channels
    int row, column, channel;
};

/// Goes through the rows of a map [N, height, width, C]: a block takes a segment of a row, a thread N channels of it.
template <int N, typename Step>
DEVICE void each_place(long long rows, int segments, int height, int width, int channels, Step step)
{
    for (long long block = blockIdx.x; block < rows * segments; block += gridDim.x)
    {
        const long long row = block / segments;
        const int packs = channels / N, item = static_cast<int>(block % segments) * blockDim.x + threadIdx.x;
        const int column = item / packs, channel = item % packs * N;
        if (column < width)
            step(Place{row / height, (row * width + column) * channels + channel, static_cast<int>(row % height), column, channel});
    }
}
