// columns.cuh: walking a matrix [rows, columns] whose columns have values of their own, or are summed.
//
// A block takes a tile: `width` packs of N columns side by side, as many rows at once as it has threads for, all the way
// down a chunk of rows. A thread so keeps to its N columns: what belongs to them stays in registers, and a warp's
// addresses follow one another. Blocks are numbered chunk * tiles + tile.
//
// Sums take two launches. The first leaves values per chunk and column, [chunks, values, columns]; the second adds up the
// chunks in double. The order depends on the cut alone, so the result has the same bits whenever the cut is the same.
//
// Where C has no whole packs, the host lays several rows side by side: columns = channels * repeats, and a column's
// channel is column % channels.
#pragma once

#include "common/grid.cuh"
#include "common/types.cuh"

/// Threads of a block that walks columns.
constexpr int column_threads = 256;

/// What a thread of such a block does: rows first, first + lanes, ... last of N columns. No rows: last < first.
template <int N>
struct Tile
{
    long long chunk, top, first, last;
    int width, lanes, lane, place, column;

    DEVICE Tile(long long rows, long long chunk_rows, int columns, int width, unsigned block = blockIdx.x)
        : width(width), lanes(blockDim.x / width), lane(threadIdx.x / width), place(threadIdx.x % width)
    {
        const int packs = columns / N, tiles = (packs + width - 1) / width, pack = static_cast<int>(block % tiles) * width + place;
        chunk = block / tiles;
        top = chunk * chunk_rows;
        const long long end = top + chunk_rows < rows ? top + chunk_rows : rows;
        column = pack * N;
        first = top + lane;
        last = lane < lanes && pack < packs && first < end ? first + (end - 1 - first) / lanes * lanes : first - 1;
    }

    DEVICE bool any() const { return last >= first; }
};

/// Hands a thread's rows of x to `take`, the first first. A few rows are loaded before the first of them is taken, so that
/// enough loads are under way.
template <typename T, int N, typename Take>
DEVICE void each_row(const T* x, int columns, const Tile<N>& tile, Take take)
{
    constexpr int at_once = 4;
    const long long step = static_cast<long long>(tile.lanes) * columns;
    const T* source = x + tile.first * columns + tile.column;
    int rest = tile.any() ? static_cast<int>((tile.last - tile.first) / tile.lanes) + 1 : 0;
    for (; rest >= at_once; rest -= at_once, source += at_once * step)
    {
        Floats<N> values[at_once];
#pragma unroll
        for (int i = 0; i < at_once; i++)
            values[i] = load<N>(source + i * step);
#pragma unroll
        for (int i = 0; i < at_once; i++)
            take(values[i]);
    }
#pragma unroll 1
    for (; rest > 0; rest--, source += step)
        take(load<N>(source));
}

/// The values of N columns' channels, from the first one's on; `absent` where there are none.
template <int N>
DEVICE Floats<N> channel_values(const float* values, int channel, int channels, float absent = 0.0f)
{
    Floats<N> result;
#pragma unroll
    for (int i = 0; i < N; i++)
    {
        result[i] = values ? values[channel] : absent;
        channel = channel + 1 < channels ? channel + 1 : 0;
    }
    return result;
}

/// Adds up what the lanes of a block found for its columns, halving them: the threads of lane 0 get the sums. All threads
/// of the block take part. A thread without rows brings zeros.
template <int N, int Values>
DEVICE void fold_lanes(Floats<N> (&sums)[Values], const Tile<N>& tile)
{
    alignas(16) __shared__ float upper[Values][column_threads / 2 * N];
    for (int live = tile.lanes; live > 1; live = (live + 1) / 2)
    {
        const int kept = (live + 1) / 2;
        if (tile.lane >= kept && tile.lane < live)
#pragma unroll
            for (int v = 0; v < Values; v++)
                store<N>(upper[v] + ((tile.lane - kept) * tile.width + tile.place) * N, sums[v]);
        __syncthreads();
        if (tile.lane < live - kept)
#pragma unroll
            for (int v = 0; v < Values; v++)
            {
                const Floats<N> other = load<N>(upper[v] + (tile.lane * tile.width + tile.place) * N);
#pragma unroll
                for (int i = 0; i < N; i++)
                    sums[v][i] += other[i];
            }
        __syncthreads();
    }
}

/// Threads of a block that adds up chunks: for each of its channels, `total_lanes` of them.
constexpr int total_threads = 256;
constexpr int total_channels = 8;
constexpr int total_lanes = total_threads / total_channels;

/// What the chunks left of a channel, [chunks, kinds, columns]: a part for each chunk and repeat. A thread takes the parts
/// first, first + total_lanes, ... before end.
struct Parts
{
    const float* values;
    long long channel;
    int kinds, columns, channels, repeats, first, end;

    DEVICE Parts(const float* values, int kinds, int chunks, int columns, int channels)
        : values(values), channel(static_cast<long long>(blockIdx.x) * total_channels + threadIdx.x % total_channels),
          kinds(kinds), columns(columns), channels(channels), repeats(columns / channels),
          first(threadIdx.x / total_channels), end(channel < channels ? chunks * repeats : 0)
    {
    }

    DEVICE int chunk(int part) const { return part / repeats; }

    DEVICE float at(int part, int kind) const
    {
        return values[(static_cast<long long>(chunk(part)) * kinds + kind) * columns + part % repeats * channels + channel];
    }

    /// Whether the thread is the one that writes its channel's results.
    DEVICE bool writes() const { return channel < channels && threadIdx.x < total_channels; }
};

/// The sum over the threads of a channel, for all of them. All threads of the block take part. Begins and ends so that it
/// can be called again at once.
DEVICE double channel_total(double value)
{
    constexpr int warps = total_threads / warp_size;
    __shared__ double subtotals[warps][total_channels];
    for (int distance = total_channels; distance < warp_size; distance *= 2)
        value += __shfl_xor_sync(full_warp, value, distance);
    const int channel = threadIdx.x % total_channels, warp = threadIdx.x / warp_size;
    if (threadIdx.x % warp_size < total_channels)
        subtotals[warp][channel] = value;
    __syncthreads();
    value = 0.0;
    for (int i = 0; i < warps; i++)
        value += subtotals[i][channel];
    __syncthreads();
    return value;
}
