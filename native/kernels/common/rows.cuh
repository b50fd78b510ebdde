// rows.cuh: one result for each row of a matrix [rows, D], by as many threads as the row needs.
//
// `lanes` threads take a row, neighbouring lanes neighbouring packs of N values: up to a warp, several rows share it; more
// than a warp is the whole block.
//
// launch: blocks of 32 to 512 threads, blockDim / lanes rows each; lanes a power of two, the whole block if above 32
#pragma once

#include "common/reduce.cuh"

constexpr int row_threads = 512;  // at most
constexpr int row_batch = 4;      // packs of a row that a thread holds at a time

/// Where a thread stands.
struct RowPlace
{
    int lanes, lane;
    long long row;
    int packs;  // of the row; none beyond the last row

    DEVICE RowPlace(int rows, int row_packs, int row_lanes)
    {
        lanes = row_lanes;
        lane = threadIdx.x % lanes;
        row = static_cast<long long>(blockIdx.x) * (blockDim.x / lanes) + threadIdx.x / lanes;
        packs = row < rows ? row_packs : 0;
    }

    /// Packs that the row's threads hold at a time.
    DEVICE int stride() const { return row_batch * lanes; }

    /// The sum over the row's threads, for each of them. All threads of the block take part.
    DEVICE float sum(float value) const
    {
        if (lanes > warp_size)
            return block_reduce<Sum>(value);
        for (int distance = lanes / 2; distance > 0; distance /= 2)
            value += __shfl_xor_sync(full_warp, value, distance);
        return value;
    }
};

/// The thread's packs of a row, from pack `first` on.
template <int N>
DEVICE void read_row(const RowPlace& place, const float* row, int first, Floats<N> (&batch)[row_batch])
{
#pragma unroll
    for (int i = 0; i < row_batch; i++)
        if (first + i * place.lanes < place.packs)
            batch[i] = load<N>(row + static_cast<long long>(first + i * place.lanes) * N);
}
