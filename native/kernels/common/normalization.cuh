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
