// triplet_loss.cu: triplet loss over tuples of a query, its positive and any number of negatives, and its gradient.
//   loss = sum over negatives of e where e > 0
//   squared:  e = |q - p|^2 - |q - n|^2 + margin;       for each such n:  dq += 2 (n - p),  dp += 2 (p - q),  dn = 2 (q - n)
//   rooted:   e = d(q,p) - d(q,n) + margin,  d(a,b) = |a - b + epsilon|;  u = (q - p + epsilon) / d(q,p), v = (q - n + epsilon) / d(q,n):
//             dq += u - v,  dp -= u,  dn = v
// x, dx [rows, D] f32; labels [rows] int32 as common/tuples.cuh says; losses [rows] f32 scratch; loss [1] f32
// tuples: launched as `rows` blocks of 256 threads, N = 4 (f32x4) or 1: a warp finds a row's distance, then all threads go
//   down the dimensions with the tuple's rows. total: one block of 256 threads
// moves: 8 rows D bytes, and the rows again from the caches: less than its launches at [35,2048] (0.6 MB)
// deterministic: fixed-order sums; the atomic minimum only looks for the first row out of place
#include "common/tuples.cuh"

namespace
{

struct TripletTuples
{
    const float* x;
    const int* labels;
    float* losses;
    float* dx;
    float margin;
    float epsilon;  // 0 where distances are squared
    int rooted;
    int rows, dimension;
};
FIELDS(TripletTuples, x, labels, losses, dx, margin, epsilon, rooted, rows, dimension)

/// How hard a negative is, and what its difference to the query is multiplied with.
struct Negative
{
    float excess, factor;
};

/// Of a squared distance: the distance that is compared, and the factor of its gradient.
DEVICE float compared(const TripletTuples& args, float squared) { return args.rooted ? sqrtf(squared) : squared; }
DEVICE float slope(const TripletTuples& args, float distance) { return !args.rooted ? 2.0f : distance > 0.0f ? 1.0f / distance : 0.0f; }

struct TripletTotal
{
    const int* labels;
    const float* losses;
    float* loss;
    int* fault;
    int rows;
};
FIELDS(TripletTotal, labels, losses, loss, fault, rows)

/// Writes the gradient of negatives first ... first + negatives - 1, and adds to those of the query and of its positive,
/// the row after it.
template <int N>
DEVICE void gradients(const TripletTuples& args, int query, int first, int negatives, const Negative* found, float near_factor)
{
    const long long dimension = args.dimension, positive = query + 1;
    for (int at = threadIdx.x * N; at < args.dimension; at += blockDim.x * N)
    {
        const Floats<N> q = load<N>(args.x + query * dimension + at), p = load<N>(args.x + positive * dimension + at);
        Floats<N> dq = {}, dp = {};
        if (first > positive + 1)
        {
            dq = load<N>(args.dx + query * dimension + at);
            dp = load<N>(args.dx + positive * dimension + at);
        }
        for (int negative = 0; negative < negatives; negative++)
        {
            const long long place = (first + negative) * dimension + at;
            Floats<N> dn = {};
            if (found[negative].excess > 0.0f)
            {
                const Floats<N> n = load<N>(args.x + place);
                add_difference(dq, near_factor, q, p, args.epsilon);
                add_difference(dq, -found[negative].factor, q, n, args.epsilon);
                add_difference(dp, -near_factor, q, p, args.epsilon);
                add_difference(dn, found[negative].factor, q, n, args.epsilon);
            }
            store<N>(args.dx + place, dn);
        }
        store<N>(args.dx + query * dimension + at, dq);
        store<N>(args.dx + positive * dimension + at, dp);
    }
}

/// A query by itself costs nothing.
template <int N>
DEVICE void clear_query(const TripletTuples& args, int query)
{
    for (int at = threadIdx.x * N; at < args.dimension; at += blockDim.x * N)
        store<N>(args.dx + static_cast<long long>(query) * args.dimension + at, Floats<N>{});
    if (threadIdx.x == 0)
        args.losses[query] = 0.0f;
}

template <int N>
DEVICE void tuples(const TripletTuples& args)
{
    __shared__ Negative found[warp_size];
    const int query = blockIdx.x, warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size;
    if (args.labels[query] != query_label)
        return;
    if (query + 1 == args.rows || args.labels[query + 1] == query_label)
        return clear_query<N>(args, query);
    const long long dimension = args.dimension;
    const float* q = args.x + query * dimension;
    const float near = compared(args, squared_distance<N>(q, q + dimension, args.epsilon, args.dimension));
    float loss = 0.0f;
    int first = query + 2, negatives;
    do
    {
        negatives = tuple_members(args.labels, first, args.rows);
        for (int negative = warp; negative < negatives; negative += warps)
        {
            const float far = compared(args, squared_distance<N>(q, args.x + (first + negative) * dimension, args.epsilon, args.dimension));
            if (threadIdx.x % warp_size == 0)
                found[negative] = {args.labels[first + negative] == ignored_label ? 0.0f : near - far + args.margin, slope(args, far)};
        }
        __syncthreads();
        for (int negative = 0; negative < negatives; negative++)
            loss += found[negative].excess > 0.0f ? found[negative].excess : 0.0f;
        gradients<N>(args, query, first, negatives, found, slope(args, near));
        __syncthreads();
        first += negatives;
    } while (negatives == warp_size);
    if (threadIdx.x == 0)
        args.losses[query] = loss;
}

DEVICE void total(const TripletTotal& args)
{
    total_loss(args.labels, args.losses, args.rows, args.loss, args.fault, [&](int row) -> int {
        const int label = args.labels[row];
        const bool first = row == 0, after_query = !first && args.labels[row - 1] == query_label;
        if (label == positive_label)
            return after_query ? 0 : triplet_positive;
        if (label == negative_label || label == ignored_label)
            return first || after_query ? triplet_negative : 0;
        return label == query_label ? 0 : triplet_label;
    });
}

}  // namespace

KERNEL(triplet_loss_tuples_f32, TripletTuples, tuple_threads) { tuples<1>(args); }
KERNEL(triplet_loss_tuples_f32x4, TripletTuples, tuple_threads) { tuples<4>(args); }
KERNEL(triplet_loss_total, TripletTotal, tuple_threads) { total(args); }
