// top_k.cu: the k best rows of a database for each query, without a matrix of all scores.
//   score = q . x, or 2 q . x - |x|^2 - |q|^2; higher first, equal scores by rising row, what is not a number last
// Score and row are one 64-bit key whose order is the ranking, so that no two keys are equal and every step below has one
// right result. The database passes in tiles of rows. For each tile
//   matrix_product   writes the products of all queries of the block and the tile's rows: scores [queries, pitch]
//   top_k_filter     appends the keys that reach the query's bound to its candidates: keys [queries, capacity]
//   top_k_select     where a query has more than `limit` candidates, keeps the best k (radix select) and raises its bound
// The first tile is short: all its rows are candidates, and the bound that they give keeps most later rows from becoming any.
// top_k_begin has emptied the candidates and taken over the bounds of earlier results; top_k_finish keeps the best k, sorts
// them (bitonic) and merges them with the earlier results. A tile adds at most its length, so that capacity = limit + tile
// never overflows. The host waits for nothing and launches the same whatever the data: a search can be captured in a graph,
// and its memory does not grow with the database.
// launch: begin, select, finish: a block a query, 256 or 1,024 threads; filter: a block of 256 threads for 4,096 scores
// moves: the filter reads 4 bytes a score, all else is small: of the 2 D operations and, over all queries of a block, 4 D bytes
//   a row that the product takes, a search of 1 M x 2,048 by 256 queries has 16 ms at 67 TFLOP/s and 1.9 ms at 4.3 TB/s; the
//   scores cost 0.25 ms each way if they leave the cache, which a tile (16 MB) does not
// deterministic: places among the candidates are drawn by an integer atomic, but which keys there are does not depend on it,
//   and sorted they stand in one order
#include "common/block_select.cuh"
#include "common/block_sort.cuh"
#include "common/rank_key.cuh"
#include "common/types.cuh"

namespace
{

constexpr int begin_threads = 256;
constexpr int filter_threads = 256;
constexpr int filter_length = 4096;  // scores of a block
constexpr int query_threads = 1024;
constexpr int shared_keys = 4096;  // as many are sorted in shared memory, more of them where they lie

struct TopKBegin
{
    const float* queries;       // [queries, dimension]
    const float* scores;        // [queries, wanted]: earlier results to merge with, or null
    const long long* rows;      // [queries, wanted]
    float* held_scores;         // [queries, wanted]: where they are kept meanwhile
    long long* held_rows;       // [queries, wanted]
    float* norms;               // [queries]: |q|^2
    unsigned long long* bounds; // [queries]: the least key that is still a candidate
    int* counts;                // [queries]: candidates so far
    int dimension;
    int wanted;
};
FIELDS(TopKBegin, queries, scores, rows, held_scores, held_rows, norms, bounds, counts, dimension, wanted)

struct TopKFilter
{
    const float* scores;         // [queries, pitch]: products with the rows [first, first + length)
    const float* squared_norms;  // [length], or null for the inner product
    const float* norms;
    const unsigned long long* bounds;
    unsigned long long* keys;
    int* counts;
    long long pitch;
    long long capacity;
    int first;
    int length;
};
FIELDS(TopKFilter, scores, squared_norms, norms, bounds, keys, counts, pitch, capacity, first, length)

struct TopKSelect
{
    unsigned long long* keys;
    int* counts;
    unsigned long long* bounds;
    long long capacity;
    int kept;
    int limit;
};
FIELDS(TopKSelect, keys, counts, bounds, capacity, kept, limit)

struct TopKFinish
{
    unsigned long long* keys;
    const int* counts;
    const float* held_scores;  // null: nothing to merge
    const long long* held_rows;
    float* scores;
    long long* rows;
    long long capacity;
    long long first_row;
    int kept;
    int wanted;
};
FIELDS(TopKFinish, keys, counts, held_scores, held_rows, scores, rows, capacity, first_row, kept, wanted)

DEVICE void begin(const TopKBegin& args)
{
    __shared__ double partial[begin_threads / warp_size];
    const long long query = blockIdx.x, results = query * args.wanted;
    double norm = 0.0;
    for (int d = threadIdx.x; d < args.dimension; d += blockDim.x)
    {
        const double value = args.queries[query * args.dimension + d];
        norm = fma(value, value, norm);
    }
#pragma unroll
    for (int distance = warp_size / 2; distance > 0; distance /= 2)
        norm += __shfl_xor_sync(full_warp, norm, distance);
    if (threadIdx.x % warp_size == 0)
        partial[threadIdx.x / warp_size] = norm;
    __syncthreads();
    if (threadIdx.x == 0)
    {
        double sum = 0.0;
        for (int i = 0; i < begin_threads / warp_size; i++)
            sum += partial[i];
        args.norms[query] = static_cast<float>(sum);
        args.counts[query] = 0;
        const long long last = results + args.wanted - 1;
        args.bounds[query] = args.scores && args.rows[last] >= 0 ? static_cast<Key>(rank_of(args.scores[last])) << 32 : 0;
    }
    if (args.scores)
        for (int i = threadIdx.x; i < args.wanted; i += blockDim.x)
        {
            args.held_scores[results + i] = args.scores[results + i];
            args.held_rows[results + i] = args.rows[results + i];
        }
}

/// Appends each lane's key where it is wanted; the lanes of a warp draw their places together.
DEVICE void append(Key key, bool wanted, Key* keys, int* count)
{
    const unsigned chosen = __ballot_sync(full_warp, wanted);
    if (chosen == 0)
        return;
    const int lane = threadIdx.x % warp_size;
    int place = 0;
    if (lane == 0)
        place = atomicAdd(count, __popc(chosen));
    place = __shfl_sync(full_warp, place, 0) + __popc(chosen & ((1u << lane) - 1));
    if (wanted)
        keys[place] = key;
}

DEVICE void filter(const TopKFilter& args)
{
    const int parts = (args.length + filter_length - 1) / filter_length;
    const long long query = blockIdx.x / parts;
    const int start = static_cast<int>(blockIdx.x % parts) * filter_length, end = min(args.length, start + filter_length);
    const float* scores = args.scores + query * args.pitch;
    const Key bound = args.bounds[query];
    const float norm = args.norms[query];
    for (int at = start; at < end; at += 4 * filter_threads)
    {
        const int row = at + 4 * static_cast<int>(threadIdx.x);
        Floats<4> score = {};
        if (row + 4 <= end)
            score = load<4>(scores + row);
        else
        {
#pragma unroll
            for (int j = 0; j < 4; j++)
                score[j] = row + j < end ? scores[row + j] : 0.0f;
        }
#pragma unroll
        for (int j = 0; j < 4; j++)
        {
            const bool exists = row + j < end;
            if (args.squared_norms && exists)
                score[j] = 2.0f * score[j] - args.squared_norms[row + j] - norm;
            const Key key = key_of(score[j], args.first + row + j);
            append(key, exists && key >= bound, args.keys + query * args.capacity, args.counts + query);
        }
    }
}

DEVICE void select(const TopKSelect& args)
{
    const long long query = blockIdx.x;
    const int count = args.counts[query];
    if (count <= args.limit)
        return;
    Key* keys = args.keys + query * args.capacity;
    const Key bound = find_bound(keys, count, args.kept);
    keep_reaching(keys, count, bound);
    if (threadIdx.x == 0)
    {
        args.counts[query] = args.kept;
        args.bounds[query] = bound;
    }
}

/// Whether an earlier result ranks before a key.
DEVICE bool precedes(float score, long long row, Key key, long long first_row)
{
    const unsigned left = rank_of(score), right = static_cast<unsigned>(key >> 32);
    return left > right || (left == right && row <= first_row + row_of(key));
}

/// How many of `count` places a condition holds for that holds up to some place and not behind it.
template <typename Condition>
DEVICE int count_leading(int count, const Condition& holds)
{
    int low = 0, high = count;
    while (low < high)
    {
        const int middle = low + (high - low) / 2;
        if (holds(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/// Writes sorted keys and sorted earlier results as one list: each finds its place by how many of the others rank before it.
DEVICE void write_results(const TopKFinish& args, const Key* keys, int count)
{
    const long long results = static_cast<long long>(blockIdx.x) * args.wanted;
    const float* held_scores = args.held_scores ? args.held_scores + results : nullptr;
    const long long* held_rows = args.held_scores ? args.held_rows + results : nullptr;
    float* scores = args.scores + results;
    long long* rows = args.rows + results;
    const int held = held_scores ? count_leading(args.wanted, [&](int i) { return held_rows[i] >= 0; }) : 0;
    for (int i = threadIdx.x; i < count; i += blockDim.x)
    {
        const long long place = i + static_cast<long long>(count_leading(held, [&](int j) { return precedes(held_scores[j], held_rows[j], keys[i], args.first_row); }));
        if (place >= args.wanted)
            continue;
        scores[place] = score_of(static_cast<unsigned>(keys[i] >> 32));
        rows[place] = args.first_row + row_of(keys[i]);
    }
    for (int j = threadIdx.x; j < held; j += blockDim.x)
    {
        const long long place = j + static_cast<long long>(count_leading(count, [&](int i) { return !precedes(held_scores[j], held_rows[j], keys[i], args.first_row); }));
        if (place >= args.wanted)
            continue;
        scores[place] = held_scores[j];
        rows[place] = held_rows[j];
    }
    for (long long i = static_cast<long long>(held) + count + threadIdx.x; i < args.wanted; i += blockDim.x)
    {
        scores[i] = __uint_as_float(0xff800000u);
        rows[i] = -1;
    }
}

DEVICE void finish(const TopKFinish& args)
{
    __shared__ Key near[shared_keys];
    Key* keys = args.keys + static_cast<long long>(blockIdx.x) * args.capacity;
    int count = args.counts[blockIdx.x];
    if (count > args.kept)
    {
        keep_reaching(keys, count, find_bound(keys, count, args.kept));
        count = args.kept;
    }
    if (count <= shared_keys)
    {
        for (int i = threadIdx.x; i < count; i += blockDim.x)
            near[i] = keys[i];
        keys = near;
        __syncthreads();
    }
    sort(keys, count);
    write_results(args, keys, count);
}

}  // namespace

KERNEL(top_k_begin, TopKBegin, begin_threads) { begin(args); }
KERNEL(top_k_filter, TopKFilter, filter_threads) { filter(args); }
KERNEL(top_k_select, TopKSelect, query_threads) { select(args); }
KERNEL(top_k_finish, TopKFinish, query_threads) { finish(args); }
