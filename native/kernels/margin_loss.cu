// margin_loss.cu: margin loss over pairs of rows with a learnt boundary: what each pair costs, and by which factor it enters the gradient.
//   d = sqrt(|a - b|^2 + epsilon);  a row's pair t costs max(d(row, positive) - beta + margin, 0) + max(beta - d(row, negative) + margin, 0)
//   loss = w/count sum;  count = costs above 0, or pairs of which either cost is above 0; at least 1
//   dbeta = w/count (negatives that cost - positives that cost)
// x [rows, D] f32; positives, negatives [rows, per_row] int32, -1 for none; distances, towards, away [rows, per_row] f32; beta, dbeta, loss [1]
// launch: distances: one dimension, 256 threads, a warp a place of one of the tables, N = 4 (f32x4) or 1, striding over the grid. weigh: one block of
// 1,024 threads. The gradient of x is pair_gradient.cu.
// moves: 12 D bytes a pair
// A row past the last is reported, and makes no pair.
// deterministic: fixed-order sums
#include "common/fault.cuh"
#include "common/grid.cuh"
#include "common/tuples.cuh"

namespace
{

constexpr int distance_threads = 256;
constexpr int weigh_threads = 1024;

struct MarginDistances
{
    const float* x;
    const int* positives;
    const int* negatives;
    float* positive_distances;
    float* negative_distances;
    int* fault;
    long long pairs;
    int rows, dimension, per_row;
    float epsilon;
};
FIELDS(MarginDistances, x, positives, negatives, positive_distances, negative_distances, fault, pairs, rows, dimension, per_row, epsilon)

struct MarginWeigh
{
    const float* positive_distances;
    const float* negative_distances;
    const float* beta;
    float* towards;
    float* away;
    float* loss;
    float* dbeta;
    long long pairs;
    int count_parts;
    float margin, weight;
};
FIELDS(MarginWeigh, positive_distances, negative_distances, beta, towards, away, loss, dbeta, pairs, count_parts, margin, weight)

template <int N>
DEVICE void distances(const MarginDistances& args)
{
    const long long length = args.dimension;
    for (long long item = grid_thread() / warp_size; item < 2 * args.pairs; item += grid_threads() / warp_size)
    {
        const long long pair = item / 2;
        const bool near = item % 2 == 0;
        const int row = static_cast<int>(pair / args.per_row), positive = args.positives[pair], other = near || positive < 0 ? positive : args.negatives[pair];
        float distance = 0.0f;
        if (other >= 0 && other < args.rows)
            distance = sqrtf(squared_distance<N>(args.x + row * length, args.x + other * length, 0.0f, args.dimension) + args.epsilon);
        if (threadIdx.x % warp_size != 0)
            continue;
        if (other >= args.rows)
            report(args.fault, margin_row, row, other);
        (near ? args.positive_distances : args.negative_distances)[pair] = distance;
    }
}

// Not a number stays one.
DEVICE float part(float excess) { return excess <= 0.0f ? 0.0f : excess; }

DEVICE void weigh(const MarginWeigh& args)
{
    const float beta = *args.beta;
    float sum = 0.0f, positives = 0.0f, negatives = 0.0f, either = 0.0f;
    for (long long pair = threadIdx.x; pair < args.pairs; pair += blockDim.x)
    {
        const float near = args.positive_distances[pair], far = args.negative_distances[pair];
        const float positive = near == 0.0f ? 0.0f : part(near - beta + args.margin), negative = far == 0.0f ? 0.0f : part(beta - far + args.margin);
        sum += positive + negative;
        positives += positive > 0.0f ? 1.0f : 0.0f;
        negatives += negative > 0.0f ? 1.0f : 0.0f;
        either += positive > 0.0f || negative > 0.0f ? 1.0f : 0.0f;
        args.towards[pair] = positive > 0.0f ? 1.0f / near : 0.0f;
        args.away[pair] = negative > 0.0f ? -1.0f / far : 0.0f;
    }
    sum = block_reduce<Sum>(sum);
    positives = block_reduce<Sum>(positives);
    negatives = block_reduce<Sum>(negatives);
    either = block_reduce<Sum>(either);
    const float share = args.weight / fmaxf(args.count_parts ? positives + negatives : either, 1.0f);
    for (long long pair = threadIdx.x; pair < args.pairs; pair += blockDim.x)
    {
        args.towards[pair] *= share;
        args.away[pair] *= share;
    }
    if (threadIdx.x != 0)
        return;
    *args.loss += share * sum;
    *args.dbeta += share * (negatives - positives);
}

}  // namespace

KERNEL(margin_loss_distances_f32, MarginDistances, distance_threads) { distances<1>(args); }
KERNEL(margin_loss_distances_f32x4, MarginDistances, distance_threads) { distances<4>(args); }
KERNEL(margin_loss_weigh, MarginWeigh, weigh_threads) { weigh(args); }
