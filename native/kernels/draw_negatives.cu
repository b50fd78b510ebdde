// draw_negatives.cu: the other rows of each row's group, and as many rows of other groups drawn by their distance.
//   log weight of a candidate at distance d:  (1 - D/2) log max(d, cutoff)^2 - (D-3)/2 log(1 - max(d, cutoff)^2 / 4);  none from `limit` on
//   a row without candidates within the limit takes all of other groups alike
//   drawn are the candidates with the largest log weight + Gumbel variable (candidate_draws.cuh): one after the other without
//   replacement, or, where there are fewer candidates than pairs, each by a draw of its own
// x [count, D] f32, unit rows; groups [count] int32; real [count] int32, 0: takes no part, or null; seed [2] int64: seed, step;
// positives, negatives [count, per_row] int32, -1 for none; probabilities [count, count] f32 or null
// The rows first ... first + rows - 1 are done at a time, so that scratch keys [rows, count] f32 stay small.
// launch: distances: a block of 256 threads for each pair of 32-row tiles, N = 4 (f32x4) or 1; draw: a block of 256 threads a row
// moves: each row once a tile row, and the keys three times and once more a draw, from the caches; bound by arithmetic: 3 D operations a pair,
//   then four logarithms in double for each that is within the limit
// deterministic: the largest key wins, the lowest row among equals
#include "common/candidate_draws.cuh"
#include "common/pair_tile.cuh"
#include "common/rank_key.cuh"
#include "common/reduce.cuh"

namespace
{

constexpr int draw_threads = 256;
constexpr float excluded = -3.402823466e+38f;

struct NegativeDistances
{
    const float* x;
    float* keys;
    int first, rows, count, dimension;
};
FIELDS(NegativeDistances, x, keys, first, rows, count, dimension)

struct NegativeDraws
{
    const int* groups;
    const int* real;  // null: all
    const long long* seed;
    float* keys;
    int* positives;
    int* negatives;
    float* probabilities;  // null: not asked for
    int first, count, dimension, per_row;
    float cutoff, limit;
};
FIELDS(NegativeDraws, groups, real, seed, keys, positives, negatives, probabilities, first, count, dimension, per_row, cutoff, limit)

template <int N>
DEVICE void distances(const NegativeDistances& args)
{
    __shared__ PairTile tile;
    const long long tiles = (args.count + pair_side - 1) / pair_side, length = args.dimension;
    const long long start_a = blockIdx.x / tiles * pair_side, start_b = blockIdx.x % tiles * pair_side;
    const long long line_a = start_a + threadIdx.x / 8, line_b = start_b + threadIdx.x / 8;
    const float* row_a = line_a < args.rows ? args.x + (args.first + line_a) * length : nullptr;
    const float* row_b = line_b < args.count ? args.x + line_b * length : nullptr;
    pair_tile<SquaredDifference, N>(row_a, row_b, args.dimension, tile);
    for (int at = threadIdx.x; at < pair_side * pair_side; at += blockDim.x)
        if (start_a + at / pair_side < args.rows && start_b + at % pair_side < args.count)
            args.keys[(start_a + at / pair_side) * args.count + start_b + at % pair_side] = tile.values[at / pair_side][at % pair_side];
}

DEVICE bool is_real(const NegativeDraws& args, int row) { return args.real == nullptr || args.real[row] != 0; }

DEVICE bool is_other(const NegativeDraws& args, int row, int other)
{
    return args.groups[row] != args.groups[other] && is_real(args, row) && is_real(args, other);
}

/// Writes the row's positives in rising order; how many. All threads take part, the first warp works.
DEVICE int pair_row(const NegativeDraws& args, int row, int* positives, int* negatives)
{
    __shared__ int pairs;
    for (int at = threadIdx.x; at < args.per_row; at += blockDim.x)
        negatives[at] = -1;
    if (threadIdx.x < warp_size)
    {
        int found = 0;
        for (int first = 0; first < args.count && found < args.per_row; first += warp_size)
        {
            const int other = first + threadIdx.x;
            const bool mate = other < args.count && other != row && is_real(args, row) && is_real(args, other) && args.groups[row] == args.groups[other];
            const unsigned mates = __ballot_sync(full_warp, mate);
            const int place = found + __popc(mates & ((1u << threadIdx.x) - 1));
            if (mate && place < args.per_row)
                positives[place] = other;
            found += __popc(mates);
        }
        found = min(found, args.per_row);
        for (int at = found + threadIdx.x; at < args.per_row; at += warp_size)
            positives[at] = -1;
        if (threadIdx.x == 0)
            pairs = found;
    }
    __syncthreads();
    return pairs;
}

/// log 1 / q(d)
DEVICE double log_weight(const NegativeDraws& args, float square)
{
    const double clamped = fmax(static_cast<double>(square), static_cast<double>(args.cutoff) * args.cutoff);
    return (1.0 - args.dimension / 2.0) * log(clamped) - (args.dimension - 3) / 2.0 * log(1.0 - clamped / 4.0);
}

/// Turns a row's squared distances into logarithms of weights, the largest about 0; how many candidates there are.
DEVICE float weigh_row(const NegativeDraws& args, int row, float* keys)
{
    float largest = Largest::neutral, others = 0.0f, candidates = 0.0f;
    for (int other = threadIdx.x; other < args.count; other += blockDim.x)
    {
        if (!is_other(args, row, other))
            continue;
        others += 1.0f;
        if (!(sqrtf(keys[other]) < args.limit))
            continue;
        candidates += 1.0f;
        largest = fmaxf(largest, static_cast<float>(log_weight(args, keys[other])));
    }
    largest = block_reduce<Largest>(largest);
    others = block_reduce<Sum>(others);
    candidates = block_reduce<Sum>(candidates);
    for (int other = threadIdx.x; other < args.count; other += blockDim.x)
        keys[other] = !is_other(args, row, other)             ? excluded
                      : candidates == 0.0f                    ? 0.0f
                      : sqrtf(keys[other]) < args.limit       ? static_cast<float>(log_weight(args, keys[other]) - largest)
                                                              : excluded;
    return candidates > 0.0f ? candidates : others;
}

DEVICE void write_probabilities(const NegativeDraws& args, const float* keys, float* probabilities)
{
    float sum = 0.0f;
    for (int other = threadIdx.x; other < args.count; other += blockDim.x)
        sum += keys[other] == excluded ? 0.0f : expf(keys[other]);
    sum = block_reduce<Sum>(sum);
    for (int other = threadIdx.x; other < args.count; other += blockDim.x)
        probabilities[other] = keys[other] == excluded ? 0.0f : expf(keys[other]) / sum;
}

/// The candidate whose key(candidate) is largest. All threads take part and get it.
template <typename KeyOf>
DEVICE int best_candidate(int count, KeyOf key)
{
    __shared__ Key best;
    if (threadIdx.x == 0)
        best = 0;
    __syncthreads();
    Key own = 0;
    for (int other = threadIdx.x; other < count; other += blockDim.x)
    {
        const Key found = key_of(key(other), other);
        own = found > own ? found : own;
    }
    atomicMax(&best, own);
    __syncthreads();
    const int row = row_of(best);
    __syncthreads();
    return row;
}

/// Draws without replacement. A key is read and written by one thread alone.
DEVICE void draw_apart(const NegativeDraws& args, int row, float* keys, int* negatives, int pairs)
{
    const CandidateDraws draws(args.seed, row, 0);
    for (int other = threadIdx.x; other < args.count; other += blockDim.x)
        if (keys[other] != excluded)
            keys[other] = static_cast<float>(keys[other] + draws.of(other));
    for (int pair = 0; pair < pairs; pair++)
    {
        const int drawn = best_candidate(args.count, [&](int other) { return keys[other]; });
        if (threadIdx.x != drawn % blockDim.x)
            continue;
        negatives[pair] = drawn;
        keys[drawn] = excluded;
    }
}

DEVICE void draw(const NegativeDraws& args)
{
    const int row = args.first + blockIdx.x;
    float* keys = args.keys + static_cast<long long>(blockIdx.x) * args.count;
    int* negatives = args.negatives + static_cast<long long>(row) * args.per_row;
    const int pairs = pair_row(args, row, args.positives + static_cast<long long>(row) * args.per_row, negatives);
    const float candidates = weigh_row(args, row, keys);
    if (args.probabilities)
        write_probabilities(args, keys, args.probabilities + static_cast<long long>(row) * args.count);
    if (candidates >= pairs)
        draw_apart(args, row, keys, negatives, pairs);
    else if (candidates > 0.0f)
        for (int pair = 0; pair < pairs; pair++)
        {
            const CandidateDraws draws(args.seed, row, pair + 1);
            const int drawn = best_candidate(args.count, [&](int other) {
                return keys[other] == excluded ? excluded : static_cast<float>(keys[other] + draws.of(other));
            });
            if (threadIdx.x == 0)
                negatives[pair] = drawn;
        }
}

}  // namespace

KERNEL(draw_negatives_distances_f32, NegativeDistances, pair_threads) { distances<1>(args); }
KERNEL(draw_negatives_distances_f32x4, NegativeDistances, pair_threads) { distances<4>(args); }
KERNEL(draw_negatives_draw, NegativeDraws, draw_threads) { draw(args); }
