// batch_hard.cu: for each row its farthest positive and nearest negative, and what these triplets cost.
//   d = sqrt(max(|a - b|^2, 1e-12)), |a - b|^2, or max(1 - a . b, 1e-12)
//   loss = mean over groups of the mean over their anchors of max(d_p - d_n + margin, 0), or of log(1 + exp(d_p - d_n))
// x [count, D] f32. Without prototypes all its rows are one group. With prototypes [count, D] there are 2 count rows, x first, and
// group k holds the rows and prototypes number k, k + groups, ...; rows of different groups do not meet. labels [count] int32;
// members [count] int32, 0: neither row nor prototype takes part, or null; anchors likewise for x, but still candidates.
// launch: begin: a thread a row. mine: a block of 256 threads for each pair of 32-row tiles of a group, second tile not before the first;
//   N = 4 (f32x4) or 1. weigh: one block of 1,024 threads
// A found pair is a 64-bit key, distance above row: the largest is the farthest positive, the smallest the nearest negative, the lowest
// row among equals. What is not a number is harder than any distance.
// moves: each operand's bytes once a tile row, for 3/2 count D operations a row: mine is bound by arithmetic above about 32 rows
// deterministic: integer maxima and minima do not depend on the order of the atomics; sums have a fixed order
#include "common/grid.cuh"
#include "common/pair_tile.cuh"
#include "common/reduce.cuh"

namespace
{

using HardKey = unsigned long long;

constexpr int begin_threads = 256;
constexpr int weigh_threads = 1024;
constexpr float smallest_distance = 1e-12f;

enum Distance
{
    euclidean = 0,
    squared_euclidean = 1,
    cosine = 2,
};

struct BatchHardBegin
{
    HardKey* positive_keys;
    HardKey* negative_keys;
    int rows;
};
FIELDS(BatchHardBegin, positive_keys, negative_keys, rows)

struct BatchHardMine
{
    const float* x;
    const float* prototypes;  // null: none
    const int* labels;
    const int* members;  // null: all
    HardKey* positive_keys;
    HardKey* negative_keys;
    int count, dimension, groups;
    int prototypes_only;  // rows of x see prototypes alone, and those see nobody
    int cosine;
};
FIELDS(BatchHardMine, x, prototypes, labels, members, positive_keys, negative_keys, count, dimension, groups, prototypes_only, cosine)

struct BatchHardWeigh
{
    const HardKey* positive_keys;
    const HardKey* negative_keys;
    const int* anchors;  // null: all
    int* positives;
    int* negatives;
    float* positive_distances;
    float* negative_distances;
    float* towards;  // factor of a positive's difference in the gradient
    float* away;     // and of a negative's
    float* loss;
    int rows, groups;
    int distance;
    int soft;
    float margin, weight;
};
FIELDS(BatchHardWeigh, positive_keys, negative_keys, anchors, positives, negatives, positive_distances, negative_distances, towards, away, loss, rows, groups, distance,
       soft, margin, weight)

DEVICE HardKey positive_key(float value, int row) { return static_cast<HardKey>(__float_as_uint(value)) << 32 | ~static_cast<unsigned>(row); }

DEVICE HardKey negative_key(float value, int row)
{
    return static_cast<HardKey>(value != value ? 0u : __float_as_uint(value)) << 32 | static_cast<unsigned>(row);
}

/// The row at a place of a group that has `side` rows of x.
DEVICE int row_at(int place, int side, int group, int groups, int count)
{
    return place < side ? place * groups + group : count + (place - side) * groups + group;
}

/// A tile of a group.
struct Tile
{
    int first, places, side, group;

    /// The row on a line, or -1 beyond the group's last and where it takes no part.
    DEVICE int row(const BatchHardMine& args, int line) const
    {
        if (first + line >= places)
            return -1;
        const int row = row_at(first + line, side, group, args.groups, args.count), slot = row < args.count ? row : row - args.count;
        return args.members == nullptr || args.members[slot] != 0 ? row : -1;
    }

    DEVICE const float* values(const BatchHardMine& args, int line) const
    {
        const int found = row(args, line);
        if (found < 0)
            return nullptr;
        const bool of_x = found < args.count;
        return (of_x ? args.x : args.prototypes) + static_cast<long long>(of_x ? found : found - args.count) * args.dimension;
    }
};

DEVICE int label_of(const BatchHardMine& args, int row) { return args.labels[row < args.count ? row : row - args.count]; }

DEVICE HardKey larger(HardKey a, HardKey b) { return a > b ? a : b; }
DEVICE HardKey smaller(HardKey a, HardKey b) { return a < b ? a : b; }

/// Four threads look along a line of the tile, or down a column, for its row's hardest.
DEVICE void look(const BatchHardMine& args, const Tile& own, const Tile& others, int line, bool down, const float (&values)[pair_side][pair_side + 1])
{
    const int row = own.row(args, line);
    HardKey positive = 0, negative = ~0ull;
    for (int at = threadIdx.x % 4; row >= 0 && at < pair_side; at += 4)
    {
        const int other = others.row(args, at);
        if (other < 0 || (args.prototypes_only && (row >= args.count || other < args.count)))
            continue;
        const float sum = down ? values[at][line] : values[line][at], value = !args.cosine ? sum : 1.0f - sum < 0.0f ? 0.0f : 1.0f - sum;
        if (label_of(args, row) == label_of(args, other))
            positive = larger(positive, positive_key(value, other));
        else
            negative = smaller(negative, negative_key(value, other));
    }
#pragma unroll
    for (int distance = 1; distance < 4; distance *= 2)
    {
        positive = larger(positive, __shfl_xor_sync(full_warp, positive, distance));
        negative = smaller(negative, __shfl_xor_sync(full_warp, negative, distance));
    }
    if (threadIdx.x % 4 != 0)
        return;
    if (positive != 0)
        atomicMax(args.positive_keys + row, positive);
    if (negative != ~0ull)
        atomicMin(args.negative_keys + row, negative);
}

template <int N>
DEVICE void mine(const BatchHardMine& args)
{
    __shared__ PairTile tile;
    const int side = args.count / args.groups, places = args.prototypes ? 2 * side : side;
    const long long tiles = (places + pair_side - 1) / pair_side, pairs = tiles * (tiles + 1) / 2;
    const int group = static_cast<int>(blockIdx.x / pairs);
    // Pairs in the order (0,0), (0,1), (1,1), (0,2), ...; the root may be off by its rounding.
    const long long pair = blockIdx.x % pairs;
    long long second = static_cast<long long>((sqrt(8.0 * pair + 1.0) - 1.0) / 2.0);
    while (second * (second + 1) / 2 > pair)
        second--;
    while ((second + 1) * (second + 2) / 2 <= pair)
        second++;
    const long long first = pair - second * (second + 1) / 2;
    const Tile a = {static_cast<int>(first) * pair_side, places, side, group}, b = {static_cast<int>(second) * pair_side, places, side, group};
    const float *row_a = a.values(args, threadIdx.x / 8), *row_b = b.values(args, threadIdx.x / 8);
    if (args.cosine)
        pair_tile<Product, N>(row_a, row_b, args.dimension, tile);
    else
        pair_tile<SquaredDifference, N>(row_a, row_b, args.dimension, tile);
    const int line = threadIdx.x / 4 % pair_side;
    const bool down = threadIdx.x >= pair_threads / 2;
    if (!down)
        look(args, a, b, line, false, tile.values);
    else if (first != second)
        look(args, b, a, line, true, tile.values);
}

/// A key's distance, and its derivative over the difference of the rows (the cosine's: over the other row with its sign turned).
DEVICE float distance_of(int kind, float value, float& slope)
{
    const float clamped = value < smallest_distance ? smallest_distance : value;
    slope = kind == squared_euclidean ? 2.0f : value < smallest_distance ? 0.0f : kind == euclidean ? 1.0f / sqrtf(value) : 1.0f;
    return kind == euclidean ? sqrtf(clamped) : kind == squared_euclidean ? value : clamped;
}

/// Writes what was found for a row.
DEVICE void find(const BatchHardWeigh& args, int row)
{
    const HardKey positive = args.positive_keys[row], negative = args.negative_keys[row];
    const bool has_positive = positive != 0, has_negative = negative != ~0ull;
    float towards, away;
    const float far = distance_of(args.distance, __uint_as_float(static_cast<unsigned>(positive >> 32)), towards);
    const float near = distance_of(args.distance, __uint_as_float(static_cast<unsigned>(negative >> 32)), away);
    args.positives[row] = has_positive ? static_cast<int>(~static_cast<unsigned>(positive)) : -1;
    args.negatives[row] = has_negative ? static_cast<int>(static_cast<unsigned>(negative)) : -1;
    args.positive_distances[row] = has_positive ? far : 0.0f;
    args.negative_distances[row] = has_negative ? near : 0.0f;
    args.towards[row] = has_positive ? towards : 0.0f;
    args.away[row] = has_negative ? -away : 0.0f;
}

/// Cost of an excess, and its derivative. What is not a number stays one.
DEVICE float cost_of(const BatchHardWeigh& args, float excess, float& slope)
{
    if (args.soft)
    {
        slope = 1.0f / (1.0f + expf(-excess));
        return fmaxf(excess, 0.0f) + log1pf(expf(-fabsf(excess)));
    }
    slope = excess + args.margin <= 0.0f ? 0.0f : 1.0f;
    return slope == 0.0f ? 0.0f : excess + args.margin;
}

/// Calls work(row) for each of the thread's rows of a group: rows go round the groups, in x as behind it.
template <typename Work>
DEVICE void each_row(const BatchHardWeigh& args, int group, Work work)
{
    const long long step = static_cast<long long>(blockDim.x) * args.groups;
    for (long long row = group + static_cast<long long>(threadIdx.x) * args.groups; row < args.rows; row += step)
        work(static_cast<int>(row));
}

DEVICE bool is_anchor(const BatchHardWeigh& args, int row)
{
    return args.positives[row] >= 0 && args.negatives[row] >= 0 && (args.anchors == nullptr || args.anchors[row] != 0);
}

DEVICE float count_anchors(const BatchHardWeigh& args, int group)
{
    float anchors = 0.0f;
    each_row(args, group, [&](int row) { anchors += is_anchor(args, row) ? 1.0f : 0.0f; });
    return block_reduce<Sum>(anchors);
}

DEVICE void weigh(const BatchHardWeigh& args)
{
    float active = 0.0f, total = 0.0f;
    for (int group = 0; group < args.groups; group++)
    {
        each_row(args, group, [&](int row) { find(args, row); });
        active += count_anchors(args, group) > 0.0f ? 1.0f : 0.0f;
    }
    for (int group = 0; group < args.groups; group++)
    {
        const float anchors = count_anchors(args, group), share = anchors > 0.0f ? args.weight / (active * anchors) : 0.0f;
        each_row(args, group, [&](int row) {
            float slope = 0.0f;
            if (is_anchor(args, row))
                total += share * cost_of(args, args.positive_distances[row] - args.negative_distances[row], slope);
            args.towards[row] *= share * slope;
            args.away[row] *= share * slope;
        });
    }
    total = block_reduce<Sum>(total);
    if (threadIdx.x == 0)
        *args.loss += total;
}

}  // namespace

KERNEL(batch_hard_begin, BatchHardBegin, begin_threads)
{
    if (grid_thread() >= args.rows)
        return;
    args.positive_keys[grid_thread()] = 0;
    args.negative_keys[grid_thread()] = ~0ull;
}

KERNEL(batch_hard_mine_f32, BatchHardMine, pair_threads) { mine<1>(args); }
KERNEL(batch_hard_mine_f32x4, BatchHardMine, pair_threads) { mine<4>(args); }
KERNEL(batch_hard_weigh, BatchHardWeigh, weigh_threads) { weigh(args); }
