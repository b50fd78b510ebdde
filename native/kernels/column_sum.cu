// column_sum.cu: the columns of a matrix added up; with C = 1, the plain sum of all values.
// y[c] = (accumulate ? y[c] : 0) + sum over rows r of x[r,c]
// x [rows, C] f32 or bf16, y [C] f32; sums in f32 within a chunk of rows, over the chunks in f64
// launch: column_sum_partial: 256 threads, chunks * tiles blocks (common/columns.cuh), leaves partials [chunks, columns];
//         column_sum_total: 256 threads, a block for 8 channels
// moves: rows C s bytes read (s = 2 or 4), the partials twice, which is little: bandwidth bound; [256,56,56,256] bf16:
//        411 MB, 0.086 ms at the 4.8 TB/s of an H200's datasheet, 0.096 ms at the 4.3 TB/s of a copy
// deterministic: order fixed by the cut, no atomics
#include "common/columns.cuh"

namespace
{

struct ColumnSumPartial
{
    const void* x;
    float* partials;  // [chunks, columns]
    long long rows;
    long long chunk_rows;
    int columns;
    int width;
};
FIELDS(ColumnSumPartial, x, partials, rows, chunk_rows, columns, width)

struct ColumnSumTotal
{
    const float* partials;  // [chunks, columns]
    float* y;
    int chunks;
    int columns;
    int channels;
    int accumulate;
};
FIELDS(ColumnSumTotal, partials, y, chunks, columns, channels, accumulate)

template <typename T, int N>
DEVICE void partial(const ColumnSumPartial& args)
{
    const Tile<N> tile(args.rows, args.chunk_rows, args.columns, args.width);
    Floats<N> sums[1] = {};
    each_row(static_cast<const T*>(args.x), args.columns, tile, [&](const Floats<N>& values) {
#pragma unroll
        for (int i = 0; i < N; i++)
            sums[0][i] += values[i];
    });
    fold_lanes<N>(sums, tile);
    if (tile.lane == 0 && tile.any())
        store<N>(args.partials + tile.chunk * args.columns + tile.column, sums[0]);
}

}  // namespace

KERNEL(column_sum_partial_f32, ColumnSumPartial, column_threads) { partial<float, 1>(args); }
KERNEL(column_sum_partial_f32x4, ColumnSumPartial, column_threads) { partial<float, 4>(args); }
KERNEL(column_sum_partial_bf16, ColumnSumPartial, column_threads) { partial<bf16, 1>(args); }
KERNEL(column_sum_partial_bf16x8, ColumnSumPartial, column_threads) { partial<bf16, 8>(args); }

KERNEL(column_sum_total, ColumnSumTotal, total_threads)
{
    const Parts parts(args.partials, 1, args.chunks, args.columns, args.channels);
    double sum = 0.0;
#pragma unroll 4
    for (int i = parts.first; i < parts.end; i += total_lanes)
        sum += parts.at(i, 0);
    sum = channel_total(sum);
    if (parts.writes())
        args.y[parts.channel] = static_cast<float>(args.accumulate ? args.y[parts.channel] + sum : sum);
}
