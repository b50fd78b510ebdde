// pooling.cuh: how a block goes over the positions of a map [N, P, C], P = H W.
//
// A block takes `lanes` neighbouring packs of channels of one image, N channels a pack. Its threads stand in groups of
// `lanes`: each group takes every groups-th position, and neighbouring lanes take neighbouring packs. What the groups have
// found meets by shuffles within a warp and in shared memory between warps, in an order that the block's shape determines.
// The host derives that shape from P and C alone: an image's descriptor has the same bits in any batch and on any GPU.
//
// launch: images * ceil(ceil(C / N) / lanes) blocks of 32 to 512 threads, at least lanes * N, and lanes divides them; lanes a
//   power of two, at most 16
#pragma once

#include "common/types.cuh"

constexpr int pool_threads = 512;  // at most
constexpr int pool_lanes = 16;  // at most

/// Where a thread stands.
template <int N>
struct PoolPlace
{
    int lanes, lane, group, groups;
    int channels, first_channel, channel;  // of the map; the first of the block; the first of the thread's pack
    int positions;                         // that there are for the thread: none where it has no pack
    long long map, pooled;                 // the thread's pack at position 0 in the map, and in the descriptors

    DEVICE PoolPlace(int all_positions, int all_channels, int block_lanes)
    {
        lanes = block_lanes;
        lane = threadIdx.x % lanes;
        group = threadIdx.x / lanes;
        groups = blockDim.x / lanes;
        channels = all_channels;
        const unsigned blocks_per_image = (channels + lanes * N - 1) / (lanes * N);
        const long long image = blockIdx.x / blocks_per_image;
        first_channel = static_cast<int>(blockIdx.x % blocks_per_image) * lanes * N;
        channel = first_channel + lane * N;
        positions = channel < channels ? all_positions : 0;
        map = image * all_positions * channels + channel;
        pooled = image * channels + channel;
    }

    /// Where the thread's pack of a position lies in the map.
    DEVICE long long at(int position) const { return map + static_cast<long long>(position) * channels; }

    /// Whether the thread's number is that of one of the block's channels: the thread that finishes the channel.
    DEVICE bool finishes() const { return static_cast<int>(threadIdx.x) < min(lanes * N, channels - first_channel); }

    /// The channel that the thread finishes, and where it stands in the descriptors.
    DEVICE int finished_channel() const { return first_channel + threadIdx.x; }
    DEVICE long long finished() const { return pooled - channel + finished_channel(); }
};

/// N values of a map as they lie in memory: what waits for its use takes no more registers than that.
template <typename T, int N>
struct Pack
{
    Words words;

    DEVICE void read(const T* source) { words = *reinterpret_cast<const Words*>(source); }
};

template <typename T>
struct Pack<T, 1>
{
    T value;

    DEVICE void read(const T* source) { value = *source; }
};

template <typename T, int N>
DEVICE Floats<N> unpack(const Pack<T, N>& pack)
{
    return load<N>(reinterpret_cast<const T*>(&pack));
}

/// Reads the thread's next positions from `first` on, all at once.
template <typename T, int N, int Batch>
DEVICE void read_batch(const PoolPlace<N>& place, const T* map, int first, Pack<T, N> (&batch)[Batch])
{
    const T* source = map + place.at(first);
    const long long step = static_cast<long long>(place.groups) * place.channels;
#pragma unroll
    for (int i = 0; i < Batch; i++)
        if (first + i * place.groups < place.positions)
            batch[i].read(source + i * step);
}

/// Hands the positions of a batch to take(position, values), in ascending order.
template <typename T, int N, int Batch, typename Take>
DEVICE void use_batch(const PoolPlace<N>& place, int first, const Pack<T, N> (&batch)[Batch], Take take)
{
#pragma unroll
    for (int i = 0; i < Batch; i++)
        if (first + i * place.groups < place.positions)
            take(first + i * place.groups, unpack(batch[i]));
}

/// Hands each of the thread's positions to take(position, values), in ascending order; `Batch` reads are under way at a time.
template <int Batch, int N, typename T, typename Take>
DEVICE void each_position(const PoolPlace<N>& place, const T* map, Take take)
{
    for (int first = place.group; first < place.positions; first += Batch * place.groups)
    {
        Pack<T, N> batch[Batch];
        read_batch(place, map, first, batch);
        use_batch(place, first, batch, take);
    }
}

/// Shared memory for one value of each warp and channel of the block.
template <typename Value, int N>
DEVICE Value* pool_tile()
{
    alignas(16) __shared__ Value tile[pool_threads / warp_size * pool_lanes * N];
    return tile;
}

/// Joins what the groups have for each channel. The thread that finishes a channel gets the result; all threads take part.
template <typename Join, int N>
DEVICE float join_groups(const PoolPlace<N>& place, Floats<N> values)
{
    float* tile = pool_tile<float, N>();
    const int warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size, width = place.lanes * N;
    for (int distance = place.lanes; distance < warp_size; distance *= 2)
    {
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = Join::join(values[i], __shfl_xor_sync(full_warp, values[i], distance));
    }
    __syncthreads();
    if (static_cast<int>(threadIdx.x % warp_size) < place.lanes)
        store<N>(tile + warp * width + place.lane * N, values);
    __syncthreads();
    float joined = Join::neutral;
    if (place.finishes())
        for (int other = 0; other < warps; other++)
            joined = Join::join(joined, tile[other * width + threadIdx.x]);
    return joined;
}
