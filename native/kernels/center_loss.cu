// center_loss.cu: mean squared distance of rows to the centre of their class, and its gradients.
//   loss = mean over real rows of |x_i - c_(y_i)|^2     dx_i += 2 w (x_i - c) / count     dc += 2 w sum over the class of (c - x_i) / count
// x, dx [rows, D], centers, dcenters [classes, D] f32; labels [rows] int32; real [rows] int32, 0: left out, or null; losses [rows] f32
// launch: rows: a block of 256 threads a row, N = 4 (f32x4) or 1; the block of a class's first row adds up its centre. total: one block
// moves: 6 rows D floats, those of a class once more: less than its launches at [64,2048]
// A label past the last class is reported, and its row left out.
// deterministic: rows of a class are added in their order, no atomics
#include "common/class_rows.cuh"

namespace
{

struct CenterRows
{
    const float* x;
    const int* labels;
    const int* real;  // null: all
    const float* centers;
    float* losses;
    float* dx;
    float* dcenters;
    int* fault;
    int rows, classes, packs;
    float weight;
};
FIELDS(CenterRows, x, labels, real, centers, losses, dx, dcenters, fault, rows, classes, packs, weight)

/// target += factor times the difference of two rows, all threads of the block together; their squared distance.
template <int N>
DEVICE float pull(const float* one, const float* other, float factor, float* target, int packs)
{
    float square = 0.0f;
    for (int pack = threadIdx.x; pack < packs; pack += blockDim.x)
    {
        const Floats<N> a = load<N>(one + static_cast<long long>(pack) * N), b = load<N>(other + static_cast<long long>(pack) * N);
        Floats<N> sum = load<N>(target + static_cast<long long>(pack) * N);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            square = fmaf(a[i] - b[i], a[i] - b[i], square);
            sum[i] = fmaf(factor, a[i] - b[i], sum[i]);
        }
        store<N>(target + static_cast<long long>(pack) * N, sum);
    }
    return square;
}

template <int N>
DEVICE void rows(const CenterRows& args)
{
    const int row = blockIdx.x, label = args.labels[row];
    const long long length = static_cast<long long>(args.packs) * N;
    const ClassRows all = {args.labels, args.real, args.rows, args.classes};
    const float factor = 2.0f * args.weight / all.count_block();
    if (!all.counts_or_report(row, center_label, args.fault))
    {
        if (threadIdx.x == 0)
            args.losses[row] = 0.0f;
        return;
    }
    const float* center = args.centers + label * length;
    const float square = block_reduce<Sum>(pull<N>(args.x + row * length, center, factor, args.dx + row * length, args.packs));
    if (threadIdx.x == 0)
        args.losses[row] = square;
    if (!all.first_of_class_block(row))
        return;
    for (int other = row; other < args.rows; other++)
        if (args.labels[other] == label && all.counts(other))
            pull<N>(center, args.x + other * length, factor, args.dcenters + label * length, args.packs);
}

}  // namespace

KERNEL(center_loss_rows_f32, CenterRows, class_threads) { rows<1>(args); }
KERNEL(center_loss_rows_f32x4, CenterRows, class_threads) { rows<4>(args); }
KERNEL(center_loss_total, ClassTotal, class_threads) { class_total(args); }
