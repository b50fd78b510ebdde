// contrastive_loss.cu: contrastive loss over tuples, and its gradient.
//   d = | q - x + epsilon | (epsilon added to every signed difference)
//   loss = sum d^2/2 over positives + sum max(margin - d, 0)^2/2 over negatives
//   dx = -f (q - x + epsilon) for a row, +f (q - x + epsilon) summed for its query;  f = 1 or -max(margin - d, 0) / d, 0 where d is 0
// x, dx [rows, D] f32; labels [rows] int32 as common/tuples.cuh says; losses [rows] f32 scratch; loss [1] f32
// tuples: launched as `rows` blocks of 256 threads, N = 4 (f32x4) or 1: a warp finds a row's distance, then all threads go
//   down the dimensions with the tuple's rows. total: one block of 256 threads
// moves: 8 rows D bytes, and the rows again from the caches: less than its launches at [35,2048] (0.6 MB)
// deterministic: fixed-order sums; the atomic minimum only looks for the first row out of place
#include "common/tuples.cuh"

namespace
{

struct ContrastiveTuples
{
    const float* x;
    const int* labels;
    float* losses;
    float* dx;
    float margin, epsilon;
    int rows, dimension;
};
FIELDS(ContrastiveTuples, x, labels, losses, dx, margin, epsilon, rows, dimension)

struct ContrastiveTotal
{
    const int* labels;
    const float* losses;
    float* loss;
    int* fault;
    int rows;
};
FIELDS(ContrastiveTotal, labels, losses, loss, fault, rows)

/// What a row at distance d costs, and how much of the difference is its gradient.
DEVICE void weigh(int label, float distance, float margin, float& cost, float& factor)
{
    const float shortfall = fmaxf(margin - distance, 0.0f);
    if (label == positive_label)
    {
        cost = 0.5f * distance * distance;
        factor = 1.0f;
    }
    else if (label == ignored_label)
    {
        cost = 0.0f;
        factor = 0.0f;
    }
    else
    {
        cost = 0.5f * shortfall * shortfall;
        factor = distance > 0.0f ? -shortfall / distance : 0.0f;
    }
}

/// Writes the gradient of rows first ... first + members - 1, and adds to that of the query.
template <int N>
DEVICE void gradients(const ContrastiveTuples& args, int query, int first, int members, const float* factors)
{
    const long long dimension = args.dimension;
    for (int at = threadIdx.x * N; at < args.dimension; at += blockDim.x * N)
    {
        const Floats<N> q = load<N>(args.x + query * dimension + at);
        Floats<N> dq = {};
        if (first > query + 1)
            dq = load<N>(args.dx + query * dimension + at);
        for (int member = 0; member < members; member++)
        {
            const long long place = (first + member) * dimension + at;
            Floats<N> dx = {};
            if (factors[member] != 0.0f)
            {
                const Floats<N> x = load<N>(args.x + place);
                add_difference(dx, -factors[member], q, x, args.epsilon);
                add_difference(dq, factors[member], q, x, args.epsilon);
            }
            store<N>(args.dx + place, dx);
        }
        store<N>(args.dx + query * dimension + at, dq);
    }
}

template <int N>
DEVICE void tuples(const ContrastiveTuples& args)
{
    __shared__ float costs[warp_size], factors[warp_size];
    const int query = blockIdx.x, warp = threadIdx.x / warp_size, warps = blockDim.x / warp_size;
    if (args.labels[query] != query_label)
        return;
    float loss = 0.0f;
    int first = query + 1, members;
    do
    {
        members = tuple_members(args.labels, first, args.rows);
        for (int member = warp; member < members; member += warps)
        {
            const long long dimension = args.dimension, row = first + member;
            const float square = squared_distance<N>(args.x + query * dimension, args.x + row * dimension, args.epsilon, args.dimension);
            if (threadIdx.x % warp_size == 0)
                weigh(args.labels[row], sqrtf(square), args.margin, costs[member], factors[member]);
        }
        __syncthreads();
        for (int member = 0; member < members; member++)
            loss += costs[member];
        gradients<N>(args, query, first, members, factors);
        __syncthreads();
        first += members;
    } while (members == warp_size);
    if (threadIdx.x == 0)
        args.losses[query] = loss;
}

DEVICE void total(const ContrastiveTotal& args)
{
    total_loss(args.labels, args.losses, args.rows, args.loss, args.fault, [&](int row) -> int {
        const int label = args.labels[row];
        if (label != query_label && label != positive_label && label != negative_label && label != ignored_label)
            return contrastive_label;
        return row == 0 && label != query_label ? contrastive_order : 0;
    });
}

}  // namespace

KERNEL(contrastive_loss_tuples_f32, ContrastiveTuples, tuple_threads) { tuples<1>(args); }
KERNEL(contrastive_loss_tuples_f32x4, ContrastiveTuples, tuple_threads) { tuples<4>(args); }
KERNEL(contrastive_loss_total, ContrastiveTotal, tuple_threads) { total(args); }
