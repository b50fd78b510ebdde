// cross_entropy.cu: label-smoothed cross-entropy of logits, its gradient, and how many labels come out first.
//   loss_i = log sum_c e^(z_c) - (1 - s) z_y - s/C sum_c z_c       dz_c = w/count ( softmax_c - (1 - s) [c = y] - s/C )
// logits, dlogits [rows, classes] f32, may be the same memory; labels [rows] int32; real [rows] int32, 0: left out, gradient 0, or null;
// losses [rows] f32, firsts [rows] int32: scratch, then their mean and sum
// launch: rows: a block of 256 threads a row, N = 4 (f32x4) or 1: one way down the row for maximum and sums, which each thread keeps for itself
//   and scales when it meets a larger value, one for the gradient. total: one block
// moves: a row is read twice, the second time from the L2 cache while rows in flight fit there, and written once: 8 bytes a logit from memory;
//   [64, 100000]: 51 MB, 12 us at 4.3 TB/s
// A label past the last class is reported, and its row left out.
// deterministic: fixed-order sums
#include "common/class_rows.cuh"

namespace
{

struct CrossEntropyRows
{
    const float* logits;
    const int* labels;
    const int* real;  // null: all
    float* losses;
    int* firsts;
    float* dlogits;
    int* fault;
    int rows, classes, packs;
    float smoothing, weight;
};
FIELDS(CrossEntropyRows, logits, labels, real, losses, firsts, dlogits, fault, rows, classes, packs, smoothing, weight)

/// What a thread, then a block, knows of a row.
struct RowSums
{
    float largest, exponentials, plain;
};

template <int N>
DEVICE RowSums own_sums(const float* z, int packs)
{
    RowSums sums = {Largest::neutral, 0.0f, 0.0f};
    for (int pack = threadIdx.x; pack < packs; pack += blockDim.x)
    {
        const Floats<N> values = load<N>(z + static_cast<long long>(pack) * N);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            if (values[i] > sums.largest)
            {
                sums.exponentials *= expf(sums.largest - values[i]);
                sums.largest = values[i];
            }
            sums.exponentials += expf(values[i] - sums.largest);
            sums.plain += values[i];
        }
    }
    return sums;
}

DEVICE RowSums join_block(RowSums sums)
{
    const float largest = block_reduce<Largest>(sums.largest);
    return {largest, block_reduce<Sum>(sums.exponentials * expf(sums.largest - largest)), block_reduce<Sum>(sums.plain)};
}

/// Whether a value as large stands before a place of the row. All threads take part.
DEVICE bool found_before(const float* z, int place, float value)
{
    float found = 0.0f;
    for (int at = threadIdx.x; at < place; at += blockDim.x)
        found += z[at] == value ? 1.0f : 0.0f;
    return block_reduce<Sum>(found) > 0.0f;
}

template <int N>
DEVICE void rows(const CrossEntropyRows& args)
{
    const int row = blockIdx.x, label = args.labels[row];
    const float* z = args.logits + static_cast<long long>(row) * args.classes;
    float* dz = args.dlogits + static_cast<long long>(row) * args.classes;
    const ClassRows all = {args.labels, args.real, args.rows, args.classes};
    const float scale = args.weight / all.count_block();
    const bool counts = all.counts_or_report(row, entropy_label, args.fault);
    RowSums sums = {0.0f, 1.0f, 0.0f};
    float own = 0.0f;
    if (counts)
    {
        sums = join_block(own_sums<N>(z, args.packs));
        own = z[label];
    }
    const bool first = counts && own == sums.largest && !found_before(z, label, own);
    if (threadIdx.x == 0)
    {
        args.losses[row] = counts ? sums.largest + logf(sums.exponentials) - (1.0f - args.smoothing) * own - args.smoothing / args.classes * sums.plain : 0.0f;
        args.firsts[row] = first ? 1 : 0;
    }
    // The gradient may overwrite the logits: all have read what others write.
    __syncthreads();
    const float share = scale / sums.exponentials, even = -scale * args.smoothing / args.classes;
    for (int pack = threadIdx.x; pack < args.packs; pack += blockDim.x)
    {
        Floats<N> gradient = {};
        if (counts)
            gradient = load<N>(z + static_cast<long long>(pack) * N);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            gradient[i] = counts ? fmaf(share, expf(gradient[i] - sums.largest), even) : 0.0f;
            if (counts && pack * N + i == label)
                gradient[i] -= scale * (1.0f - args.smoothing);
        }
        store<N>(dz + static_cast<long long>(pack) * N, gradient);
    }
}

}  // namespace

KERNEL(cross_entropy_rows_f32, CrossEntropyRows, class_threads) { rows<1>(args); }
KERNEL(cross_entropy_rows_f32x4, CrossEntropyRows, class_threads) { rows<4>(args); }
KERNEL(cross_entropy_total, ClassTotal, class_threads) { class_total(args); }
