// tensor_table.cuh: one launch over many tensors of any lengths. Each tensor is cut into chunks; a block takes one chunk,
// finds out whose it is, and goes through it 16 bytes at a time where alignment allows.
#pragma once

#include "common/types.cuh"

/// Elements of a block's chunk.
constexpr int chunk_length = 4096;

/// A block's part of the tensor in row `tensor` of a table: elements [first, end).
struct Chunk
{
    int tensor;
    long long first, end;
};

/// The last of `count` tensors whose first chunk is not above `chunk`; starts[i] is the number of chunks before tensor i and
/// never falls. The lanes look at 32 places at a time: among 1,024 tensors that is two loads one after the other, not ten.
/// All lanes of the warp take part.
DEVICE int find_tensor(const long long* starts, int count, long long chunk)
{
    const int lane = threadIdx.x % warp_size;
    int low = 0, length = count;
    while (length > 1)
    {
        const int step = (length + warp_size - 1) / warp_size, place = lane * step;
        const bool reached = place < length && starts[low + place] <= chunk;
        const int last = (__popc(__ballot_sync(full_warp, reached)) - 1) * step;
        low += last;
        length = min(step, length - last);
    }
    return low;
}

/// The chunk of this block; `Row` has a field `count`, the tensor's length.
template <typename Row>
DEVICE Chunk block_chunk(const Row* rows, const long long* starts, int tensors)
{
    const int tensor = find_tensor(starts, tensors, blockIdx.x);
    const long long first = (blockIdx.x - starts[tensor]) * chunk_length;
    return {tensor, first, min(rows[tensor].count, first + chunk_length)};
}

/// Elements of an array of T before the first one where 16 bytes of floats (8 of bf16) are aligned.
template <typename T>
DEVICE int elements_to_alignment(const T* values)
{
    const int misaligned = static_cast<int>(reinterpret_cast<unsigned long long>(values) / sizeof(T) % 4);
    return (4 - misaligned) % 4;
}

/// Calls work.template at<N>(position) for each group of N = 4 elements of [first, end) from `head` elements behind first on,
/// and with N = 1 for the elements before and behind those; head = chunk_length makes all of them single.
template <typename Work>
DEVICE void each_element(const Work& work, long long first, long long end, int head)
{
    const long long body = min(end, first + head), groups = (end - body) / 4, tail = body + 4 * groups;
    for (long long group = threadIdx.x; group < groups; group += blockDim.x)
        work.template at<4>(body + 4 * group);
    for (long long i = first + threadIdx.x; i < body; i += blockDim.x)
        work.template at<1>(i);
    if (tail + threadIdx.x < end)
        work.template at<1>(tail + threadIdx.x);
}
