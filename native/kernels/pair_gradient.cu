// pair_gradient.cu: the gradient of a loss over pairs of rows, by the factor that each pair has in it.
//   differences: dx[a] += f (a - b), dx[b] -= f (a - b)        products (cosine): dx[a] -= f b, dx[b] -= f a
// x [count, D], prototypes [count, D] or null: rows 0 ... count - 1 are those of x, the rest those of prototypes. A row has per_row places
// in the tables positives, negatives [rows, per_row] int32 with the factors towards, away: the pairs (row, positives[row, t]) and
// (row, negatives[row, t]); a factor 0 is no pair, whatever stands beside it. dx [count, D] is added to, dprototypes [count, D] written.
// launch: one dimension, 256 threads; a warp takes 32 packs of N = 4 (f32x4) or 1 dimensions of a row and looks through the tables 32
//   places at a time, striding over the grid
// moves: 4 D bytes for each row of a pair and twice each gradient, and the tables once for every 32 packs of a row, from the caches
// deterministic: pairs are added in the order of the tables, no atomics
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;

struct PairGradient
{
    const float* x;
    const float* prototypes;  // null: none
    const int* positives;
    const int* negatives;
    const float* towards;
    const float* away;
    float* dx;
    float* dprototypes;
    int count, rows, per_row, packs;
    int cosine;
};
FIELDS(PairGradient, x, prototypes, positives, negatives, towards, away, dx, dprototypes, count, rows, per_row, packs, cosine)

template <int N>
DEVICE Floats<N> pack_of(const PairGradient& args, int row, long long pack)
{
    const float* from = row < args.count ? args.x + static_cast<long long>(row) * args.packs * N : args.prototypes + static_cast<long long>(row - args.count) * args.packs * N;
    return load<N>(from + pack * N);
}

/// Adds what a pair (one, other) gives to the gradient of `one`.
template <int N>
DEVICE void add_pair(const PairGradient& args, Floats<N>& sum, float factor, const Floats<N>& one, int other, long long pack)
{
    const Floats<N> values = pack_of<N>(args, other, pack);
#pragma unroll
    for (int i = 0; i < N; i++)
        sum[i] = fmaf(factor, args.cosine ? -values[i] : one[i] - values[i], sum[i]);
}

/// The part of one side's pair in the gradient of a row: as its anchor, as the other row, or both.
template <int N>
DEVICE void add_side(const PairGradient& args, Floats<N>& sum, const Floats<N>& own, int row, int anchor, int other, float factor, long long pack)
{
    if (factor == 0.0f)
        return;
    if (anchor == row)
        add_pair<N>(args, sum, factor, own, other, pack);
    if (other == row)
        add_pair<N>(args, sum, factor, own, anchor, pack);
}

template <int N>
DEVICE Floats<N> row_gradient(const PairGradient& args, int row, long long pack)
{
    const long long places = static_cast<long long>(args.rows) * args.per_row;
    const bool works = pack < args.packs;
    Floats<N> sum = {}, own = {};
    if (works)
        own = pack_of<N>(args, row, pack);
    for (long long first = 0; first < places; first += warp_size)
    {
        const long long place = first + threadIdx.x % warp_size;
        const bool mine = place < places && (place / args.per_row == row || args.positives[place] == row || args.negatives[place] == row);
        for (unsigned found = __ballot_sync(full_warp, mine); found && works; found &= found - 1)
        {
            const long long at = first + __ffs(static_cast<int>(found)) - 1;
            const int anchor = static_cast<int>(at / args.per_row);
            add_side<N>(args, sum, own, row, anchor, args.positives[at], args.towards[at], pack);
            add_side<N>(args, sum, own, row, anchor, args.negatives[at], args.away[at], pack);
        }
    }
    return sum;
}

template <int N>
DEVICE void gradient(const PairGradient& args)
{
    const long long chunks = (args.packs + warp_size - 1) / warp_size;
    for (long long item = grid_thread() / warp_size; item < args.rows * chunks; item += grid_threads() / warp_size)
    {
        const int row = static_cast<int>(item / chunks);
        const long long pack = item % chunks * warp_size + threadIdx.x % warp_size;
        Floats<N> sum = row_gradient<N>(args, row, pack);
        if (pack >= args.packs)
            continue;
        const bool of_x = row < args.count;
        float* target = (of_x ? args.dx : args.dprototypes) + (static_cast<long long>(of_x ? row : row - args.count) * args.packs + pack) * N;
        if (of_x)
        {
            const Floats<N> before = load<N>(target);
#pragma unroll
            for (int i = 0; i < N; i++)
                sum[i] += before[i];
        }
        store<N>(target, sum);
    }
}

}  // namespace

KERNEL(pair_gradient_f32, PairGradient, threads) { gradient<1>(args); }
KERNEL(pair_gradient_f32x4, PairGradient, threads) { gradient<4>(args); }
