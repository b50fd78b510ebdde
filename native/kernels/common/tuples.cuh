// tuples.cuh: descriptors [rows, D] in tuples, one after another, and what losses over them share.
//
// A label says what a row is: -1 the query that begins a tuple, 1 its positive, 0 its negative, 2 a row that stands where a
// negative may but is ignored: it costs nothing, whatever it holds, and its gradient is 0. Two launches: the first has
// a block for each row, of which those of queries do the work for their tuple and leave its loss; the second is one block
// that looks for rows out of place, reports the first of them, and adds up the losses.
#pragma once

#include "common/fault.cuh"
#include "common/reduce.cuh"

constexpr int tuple_threads = 256;

constexpr int query_label = -1;
constexpr int positive_label = 1;
constexpr int negative_label = 0;
constexpr int ignored_label = 2;

/// How many of the next 32 rows from `first` on belong to the tuple. All lanes of a warp take part, and all warps find the same.
DEVICE int tuple_members(const int* labels, int first, int rows)
{
    const int row = first + threadIdx.x % warp_size;
    const unsigned ends = __ballot_sync(full_warp, row >= rows || labels[row] == query_label);
    return ends ? __ffs(static_cast<int>(ends)) - 1 : warp_size;
}

/// The sum of (a - b + shift)^2, for every lane of the warp.
template <int N>
DEVICE float squared_distance(const float* a, const float* b, float shift, int dimension)
{
    float sum = 0.0f;
#pragma unroll 4
    for (int at = threadIdx.x % warp_size * N; at < dimension; at += warp_size * N)
    {
        const Floats<N> left = load<N>(a + at), right = load<N>(b + at);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            const float difference = left[i] - right[i] + shift;
            sum = fmaf(difference, difference, sum);
        }
    }
    return warp_reduce<Sum>(sum);
}

/// sum += factor (a - b + shift)
template <int N>
DEVICE void add_difference(Floats<N>& sum, float factor, const Floats<N>& a, const Floats<N>& b, float shift = 0.0f)
{
#pragma unroll
    for (int i = 0; i < N; i++)
        sum[i] = fmaf(factor, a[i] - b[i] + shift, sum[i]);
}

/// Reports the first row that check(row) finds out of place, and writes the sum of the tuples' losses. One block.
template <typename Check>
DEVICE void total_loss(const int* labels, const float* losses, int rows, float* loss, int* fault, Check check)
{
    __shared__ int misplaced;
    if (threadIdx.x == 0)
        misplaced = rows;
    __syncthreads();
    float sum = 0.0f;
    for (int row = threadIdx.x; row < rows; row += blockDim.x)
    {
        if (check(row))
            atomicMin(&misplaced, row);
        if (labels[row] == query_label)
            sum += losses[row];
    }
    sum = block_reduce<Sum>(sum);
    if (threadIdx.x != 0)
        return;
    *loss = sum;
    if (misplaced < rows)
        report(fault, static_cast<Fault>(check(misplaced)), misplaced, labels[misplaced]);
}
