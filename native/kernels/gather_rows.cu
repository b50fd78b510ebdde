// gather_rows.cu: rows of a matrix in an order of choice, and the sum of what comes back for each.
//   gather: y[r] = x[rows[r]], 0 where rows[r] is negative        scatter: dx[m] = sum of dy[r] over all r with rows[r] = m
// x, dx [M, D] f32; y, dy [R, D] f32; rows [R] int32 below M. A row past M is reported; it gathers 0 and adds to nothing
// gather: one dimension, 256 threads, a thread takes packs of N = 4 (f32x4) or 1 values and strides over the grid
// scatter: a warp takes 32 packs of a row m and looks for its sources 32 at a time, striding over the grid
// moves: 8 R D bytes each way, and the indices once for every 32 packs of a row: less than its launch at [2352,512]
//   (tuples of a batch of 24), where the indices stay in the caches
// deterministic: sources are added in rising order of r, no atomics
#include "common/fault.cuh"
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;

struct GatherRows
{
    const float* x;
    const int* rows;
    float* y;
    int* fault;
    int count, sources, packs;
};
FIELDS(GatherRows, x, rows, y, fault, count, sources, packs)

struct ScatterAddRows
{
    const float* dy;
    const int* rows;
    float* dx;
    int* fault;
    int count, targets, packs;
};
FIELDS(ScatterAddRows, dy, rows, dx, fault, count, targets, packs)

/// Reports the first row that is not below the limit. One warp.
DEVICE void check_rows(const int* rows, int count, int limit, Fault code, int* fault)
{
    const int lane = threadIdx.x % warp_size;
    unsigned wrong = 0;
    for (int first = 0; first < count && !wrong; first += warp_size)
    {
        const int place = first + lane, row = place < count ? rows[place] : -1;
        wrong = __ballot_sync(full_warp, row >= limit);
        if (wrong && lane == __ffs(static_cast<int>(wrong)) - 1)
            report(fault, code, place, row);
    }
}

template <int N>
DEVICE void gather(const GatherRows& args)
{
    if (grid_thread() < warp_size)
        check_rows(args.rows, args.count, args.sources, gather_row, args.fault);
    const long long packs = static_cast<long long>(args.count) * args.packs;
    for (long long at = grid_thread(); at < packs; at += grid_threads())
    {
        const int row = args.rows[at / args.packs];
        Floats<N> values = {};
        if (row >= 0 && row < args.sources)
            values = load<N>(args.x + (static_cast<long long>(row) * args.packs + at % args.packs) * N);
        store<N>(args.y + at * N, values);
    }
}

/// sum += the thread's pack of each row whose bit is set.
template <int N>
DEVICE void add_rows(Floats<N>& sum, const float* dy, unsigned found, long long packs)
{
    for (; found; found &= found - 1)
    {
        const Floats<N> values = load<N>(dy + (__ffs(static_cast<int>(found)) - 1) * packs * N);
#pragma unroll
        for (int i = 0; i < N; i++)
            sum[i] += values[i];
    }
}

template <int N>
DEVICE void scatter(const ScatterAddRows& args)
{
    const long long packs = args.packs, chunks = (packs + warp_size - 1) / warp_size;
    const int lane = threadIdx.x % warp_size;
    if (grid_thread() < warp_size)
        check_rows(args.rows, args.count, args.targets, scatter_row, args.fault);
    for (long long item = grid_thread() / warp_size; item < args.targets * chunks; item += grid_threads() / warp_size)
    {
        const long long target = item / chunks, pack = item % chunks * warp_size + lane;
        Floats<N> sum = {};
        for (int first = 0; first < args.count; first += warp_size)
        {
            const int row = first + lane < args.count ? args.rows[first + lane] : -1;
            const unsigned found = __ballot_sync(full_warp, row == target);
            if (pack < packs)
                add_rows<N>(sum, args.dy + (first * packs + pack) * N, found, packs);
        }
        if (pack < packs)
            store<N>(args.dx + (target * packs + pack) * N, sum);
    }
}

}  // namespace

KERNEL(gather_rows_f32, GatherRows, threads) { gather<1>(args); }
KERNEL(gather_rows_f32x4, GatherRows, threads) { gather<4>(args); }
KERNEL(scatter_add_rows_f32, ScatterAddRows, threads) { scatter<1>(args); }
KERNEL(scatter_add_rows_f32x4, ScatterAddRows, threads) { scatter<4>(args); }
