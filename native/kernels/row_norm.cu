// row_norm.cu: batch normalisation of the real ones among a few rows of vectors, forward and backward.
// forward:  mean = 1/n sum x;  variance = 1/n sum (x - mean)^2;  inv_std = 1 / sqrt(variance + epsilon), over the n real rows
//           y = (x - mean) inv_std gamma + beta;  running = running + momentum (batch - running), its variance over n - 1
// backward: d_gamma += sum dy xhat;  dx = gamma inv_std (dy - mean(dy) - xhat mean(dy xhat))
// frozen:   mean and variance are the running ones, which stay;  dx = gamma inv_std dy
// x, y, dy, dx [rows, D], the rest [D], all f32; real [rows] int or null: all rows. Rows that are not real give 0. y may be
// x, dx may be dy.
//
// The deviations from a first mean are summed, too, and correct it: large means lose little.
// launch: ceil(D / 32) blocks of 256 threads: 32 neighbouring columns, eight rows at a time
// moves: rows D 4 bytes thrice and once, all but the first from the cache: a batch of 256 rows of 2,048 is 2 MB. Far less than
//   a launch takes otherwise; D / 32 blocks are all that there is to share out.
// deterministic: each sum's order follows from rows alone, no atomics
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

struct RowNormForward
{
    const float* x;
    const int* real;  // or null
    const float* gamma;
    const float* beta;
    float* running_mean;
    float* running_variance;
    float* y;
    float* mean;
    float* inv_std;
    float momentum;
    float epsilon;
    int frozen;
    int rows, columns;
};
FIELDS(RowNormForward, x, real, gamma, beta, running_mean, running_variance, y, mean, inv_std, momentum, epsilon, frozen, rows, columns)

struct RowNormBackward
{
    const float* x;
    const int* real;  // or null
    const float* dy;
    const float* gamma;
    const float* mean;
    const float* inv_std;
    float* dx;
    float* d_gamma;
    int frozen;
    int rows, columns;
};
FIELDS(RowNormBackward, x, real, dy, gamma, mean, inv_std, dx, d_gamma, frozen, rows, columns)

constexpr int norm_threads = 256;
constexpr int groups = norm_threads / warp_size;

/// A thread's column, and the rows group, group + groups, ... that it takes.
struct Column
{
    const int* real;
    int group, column, rows, columns;

    DEVICE Column(const int* real, int rows, int columns)
        : real(real), group(threadIdx.x / warp_size), column(blockIdx.x * warp_size + threadIdx.x % warp_size), rows(column < columns ? rows : 0),
          columns(columns)
    {
    }

    DEVICE bool is_real(int row) const { return !real || real[row] != 0; }

    /// Whether the thread is the one that writes the column's results.
    DEVICE bool writes() const { return group == 0 && rows > 0; }

    DEVICE long long at(int row) const { return static_cast<long long>(row) * columns + column; }

    template <typename Take>
    DEVICE void each_real(Take take) const
    {
        for (int row = group; row < rows; row += groups)
            if (is_real(row))
                take(at(row));
    }

    /// Writes value(at) in the real rows of y, 0 in the others.
    template <typename Value>
    DEVICE void write(float* y, Value value) const
    {
        for (int row = group; row < rows; row += groups)
            y[at(row)] = is_real(row) ? value(at(row)) : 0.0f;
    }
};

/// The sum over a column's threads, for each of them. All threads of the block take part.
DEVICE float column_sum(float value)
{
    __shared__ float parts[groups][warp_size];
    const int lane = threadIdx.x % warp_size;
    parts[threadIdx.x / warp_size][lane] = value;
    __syncthreads();
    float sum = 0.0f;
    for (int group = 0; group < groups; group++)
        sum += parts[group][lane];
    __syncthreads();
    return sum;
}

/// Moves a running statistic towards the batch's.
DEVICE void move(float& running, float momentum, float batch) { running = fmaf(momentum, batch - running, running); }

/// A column's mean and its sum of squared deviations from it.
struct Spread
{
    float mean, squares;
};

DEVICE Spread measure(const Column& column, const float* x, float divisor)
{
    float sum = 0.0f, deviations = 0.0f, squares = 0.0f;
    column.each_real([&](long long at) { sum += x[at]; });
    const float mean = column_sum(sum) / divisor;
    column.each_real([&](long long at) {
        const float deviation = x[at] - mean;
        deviations += deviation;
        squares = fmaf(deviation, deviation, squares);
    });
    deviations = column_sum(deviations);
    return {mean + deviations / divisor, fmaxf(0.0f, column_sum(squares) - deviations * deviations / divisor)};
}

DEVICE float count_real(const Column& column)
{
    float count = 0.0f;
    column.each_real([&](long long) { count += 1.0f; });
    return column_sum(count);
}

}  // namespace

KERNEL(row_norm_forward, RowNormForward, norm_threads)
{
    const Column column(args.real, args.rows, args.columns);
    const int c = column.column;
    Spread spread = {};
    float variance = 0.0f;
    if (args.frozen)
    {
        if (column.rows > 0)
        {
            spread.mean = args.running_mean[c];
            variance = args.running_variance[c];
        }
    }
    else
    {
        const float count = count_real(column), divisor = fmaxf(1.0f, count);
        spread = measure(column, args.x, divisor);
        variance = spread.squares / divisor;
        if (column.writes() && count > 0.0f)
        {
            move(args.running_mean[c], args.momentum, spread.mean);
            move(args.running_variance[c], args.momentum, spread.squares / fmaxf(1.0f, count - 1.0f));
        }
    }
    if (column.rows == 0)
        return;
    const float inv_std = 1.0f / sqrtf(variance + args.epsilon), scale = args.gamma[c] * inv_std, shift = args.beta[c];
    column.write(args.y, [&](long long at) { return fmaf(args.x[at] - spread.mean, scale, shift); });
    if (!column.writes())
        return;
    args.mean[c] = spread.mean;
    args.inv_std[c] = inv_std;
}

KERNEL(row_norm_backward, RowNormBackward, norm_threads)
{
    const Column column(args.real, args.rows, args.columns);
    const int c = column.column;
    const float mean = column.rows > 0 ? args.mean[c] : 0.0f;
    float sum = 0.0f, product = 0.0f;
    column.each_real([&](long long at) {
        sum += args.dy[at];
        product = fmaf(args.dy[at], args.x[at] - mean, product);
    });
    sum = column_sum(sum);
    product = column_sum(product);
    const float divisor = fmaxf(1.0f, count_real(column));
    if (column.rows == 0)
        return;
    const float inv_std = args.inv_std[c], scale = args.gamma[c] * inv_std;
    const float slope = args.frozen ? 0.0f : -scale * inv_std * inv_std * product / divisor;
    const float shift = args.frozen ? 0.0f : -scale * sum / divisor;
    column.write(args.dx, [&](long long at) { return fmaf(scale, args.dy[at], fmaf(slope, args.x[at] - mean, shift)); });
    if (column.writes())
        args.d_gamma[c] += product * inv_std;
}
