// normalization.cuh: what normalisations by moments of the data share.
#pragma once

#include "common/columns.cuh"

/// g = dy where y > 0; all of dy without y, for which dy itself then stands in: a load behind a branch would wait for those
/// before it.
template <typename T, int N>
DEVICE Floats<N> rectified(const void* y, const void* dy, long long at)
{
    const Floats<N> output = load<N>(static_cast<const T*>(y ? y : dy) + at);
    Floats<N> g = load<N>(static_cast<const T*>(dy) + at);
#pragma unroll
    for (int i = 0; i < N; i++)
        g[i] = !y || output[i] > 0.0f ? g[i] : 0.0f;
    return g;
}

/// Of all rows of a channel, the mean and the sum of squared deviations from it.
struct Spread
{
    double mean, squares;
};

/// Moves a running statistic towards the batch's.
DEVICE void move(float* running, long long channel, float momentum, double batch)
{
    if (running)
        running[channel] = static_cast<float>(running[channel] + momentum * (batch - running[channel]));
}

/// What a chunk of x leaves for the moments of its N columns, [3, columns] from `partials` on: the chunk's first row as pivot, and
/// the sums of the deviations from it and of their squares. All threads of the block take part.
template <typename T, int N>
DEVICE void leave_moments(const T* x, int columns, const Tile<N>& tile, float* partials)
{
    Floats<N> sums[2] = {}, pivot = {};
    if (tile.any())
        pivot = load<N>(x + tile.top * columns + tile.column);
    each_row(x, columns, tile, [&](const Floats<N>& values) {
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            const float deviation = values[i] - pivot[i];
            sums[0][i] += deviation;
            sums[1][i] = fmaf(deviation, deviation, sums[1][i]);
        }
    });
    fold_lanes<N>(sums, tile);
    if (tile.lane > 0 || !tile.any())
        return;
    store<N>(partials, pivot);
    store<N>(partials + columns, sums[0]);
    store<N>(partials + 2LL * columns, sums[1]);
}
