// batch_norm.cu: batch normalisation with the batch's own statistics, forward and backward; maps seen as [rows, C].
// forward:  mean = 1/n sum x;  variance = 1/n sum (x - mean)^2;  inv_std = 1 / sqrt(variance + epsilon)
//           running = running + momentum (batch - running), its variance over n - 1
//           y = relu?( (x - mean) inv_std gamma + beta + residual ): scale_shift.cu
// backward: g = dy where y > 0, all of dy without y;  d_beta += sum g;  d_gamma += sum g xhat
//           dx = gamma inv_std (g - mean(g) - xhat mean(g xhat)) = a g + b (x - mean) + c;  d_residual = g
// x, y, dy, dx, g f32 or bf16, all of one type; per channel [C] f32. dx or g may be dy, dx may not be g.
//
// Nothing cancels: a chunk of rows sums deviations from its own first row, d = x - pivot, and their squares, in f32; the
// chunks join in f64, moved to the mean by sum (d + pivot - mean)^2 = sum d^2 + (pivot - mean)(2 sum d + n (pivot - mean)).
//
// launch: 256 threads; _moments, _sums, _backward: chunks * tiles blocks (common/columns.cuh); _statistics, _gradients: a block
//         for 8 channels
// moves (s = 2 or 4, bandwidth bound; [256,56,56,256] bf16 at an H200's 4.8 TB/s by the datasheet, 4.3 TB/s for a copy):
//   _moments    rows C s                               0.41 GB   0.086 ms   0.096 ms
//   _sums       3 rows C s, 4 where g is written       1.23 GB   0.26 ms    0.29 ms
//   _backward   4 rows C s, 3 where g was written      1.64 GB   0.34 ms    0.38 ms   last rows first: _sums has left them cached
// deterministic: order fixed by the cut, no atomics
#include "common/normalization.cuh"

namespace
{

struct BatchNormMoments
{
    const void* x;
    float* partials;  // [chunks, 3, columns]: pivot, sum and sum of squares of the deviations from it
    long long rows;
    long long chunk_rows;
    int columns;
    int width;
};
FIELDS(BatchNormMoments, x, partials, rows, chunk_rows, columns, width)

struct BatchNormStatistics
{
    const float* partials;
    float* running_mean;      // or null
    float* running_variance;  // or null
    float* mean;
    float* inv_std;
    long long rows;
    long long chunk_rows;
    int chunks;
    int columns;
    int channels;
    float momentum;
    float epsilon;
};
FIELDS(BatchNormStatistics, partials, running_mean, running_variance, mean, inv_std, rows, chunk_rows, chunks, columns, channels, momentum, epsilon)

struct BatchNormSums
{
    const void* x;
    const void* y;  // or null
    const void* dy;
    const float* mean;
    void* g;          // or null
    float* partials;  // [chunks, 2, columns]: sums of g and of g (x - mean)
    long long rows;
    long long chunk_rows;
    int columns;
    int channels;
    int width;
};
FIELDS(BatchNormSums, x, y, dy, mean, g, partials, rows, chunk_rows, columns, channels, width)

struct BatchNormGradients
{
    const float* partials;
    const float* gamma;
    const float* inv_std;
    float* d_gamma;
    float* d_beta;
    float* factors;  // [3, C]: a, b, c of dx = a g + b (x - mean) + c
    long long rows;
    int chunks;
    int columns;
    int channels;
};
FIELDS(BatchNormGradients, partials, gamma, inv_std, d_gamma, d_beta, factors, rows, chunks, columns, channels)

struct BatchNormBackward
{
    const void* x;
    const void* y;  // or null
    const void* dy;
    const float* mean;
    const float* factors;
    void* dx;
    long long rows;
    long long chunk_rows;
    int columns;
    int channels;
    int width;
};
FIELDS(BatchNormBackward, x, y, dy, mean, factors, dx, rows, chunk_rows, columns, channels, width)

template <typename T, int N>
DEVICE void moments(const BatchNormMoments& args)
{
    const Tile<N> tile(args.rows, args.chunk_rows, args.columns, args.width);
    leave_moments<T, N>(static_cast<const T*>(args.x), args.columns, tile, args.partials + 3 * tile.chunk * args.columns + tile.column);
}

DEVICE Spread join_moments(const BatchNormStatistics& args, const Parts& parts, double count)
{
    const auto rows = [&](int i) { return static_cast<double>(min(args.rows - parts.chunk(i) * args.chunk_rows, args.chunk_rows)); };
    double sum = 0.0, squares = 0.0;
#pragma unroll 4
    for (int i = parts.first; i < parts.end; i += total_lanes)
        sum += fma(rows(i), static_cast<double>(parts.at(i, 0)), static_cast<double>(parts.at(i, 1)));
    const double mean = channel_total(sum) / count;
#pragma unroll 4
    for (int i = parts.first; i < parts.end; i += total_lanes)
    {
        const double distance = parts.at(i, 0) - mean;
        squares += parts.at(i, 2) + distance * (2.0 * parts.at(i, 1) + rows(i) * distance);
    }
    squares = channel_total(squares);
    return {mean, squares < 0.0 ? 0.0 : squares};
}

template <typename T, int N>
DEVICE void sums(const BatchNormSums& args)
{
    const Tile<N> tile(args.rows, args.chunk_rows, args.columns, args.width);
    Floats<N> sums[2] = {}, mean = {};
    if (tile.any())
        mean = channel_values<N>(args.mean, tile.column % args.channels, args.channels);
#pragma unroll 1
    for (long long row = tile.first; row <= tile.last; row += tile.lanes)
    {
        const long long at = row * args.columns + tile.column;
        const Floats<N> x = load<N>(static_cast<const T*>(args.x) + at);
        const Floats<N> g = rectified<T, N>(args.y, args.dy, at);
        if (args.g)
            store<N>(static_cast<T*>(args.g) + at, g);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            sums[0][i] += g[i];
            sums[1][i] = fmaf(g[i], x[i] - mean[i], sums[1][i]);
        }
    }
    fold_lanes<N>(sums, tile);
    if (tile.lane > 0 || !tile.any())
        return;
    float* partials = args.partials + 2 * tile.chunk * args.columns + tile.column;
    store<N>(partials, sums[0]);
    store<N>(partials + args.columns, sums[1]);
}

template <typename T, int N>
DEVICE void backward(const BatchNormBackward& args)
{
    const Tile<N> tile(args.rows, args.chunk_rows, args.columns, args.width);
    if (!tile.any())
        return;
    const int channels = args.channels, channel = tile.column % channels;
    const Floats<N> mean = channel_values<N>(args.mean, channel, channels);
    const Floats<N> a = channel_values<N>(args.factors, channel, channels);
    const Floats<N> b = channel_values<N>(args.factors + channels, channel, channels);
    const Floats<N> c = channel_values<N>(args.factors + 2LL * channels, channel, channels);
#pragma unroll 1
    for (long long row = tile.last; row >= tile.first; row -= tile.lanes)
    {
        const long long at = row * args.columns + tile.column;
        const Floats<N> x = load<N>(static_cast<const T*>(args.x) + at);
        Floats<N> values = rectified<T, N>(args.y, args.dy, at);
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = fmaf(a[i], values[i], fmaf(b[i], x[i] - mean[i], c[i]));
        store<N>(static_cast<T*>(args.dx) + at, values);
    }
}

}  // namespace

KERNEL(batch_norm_moments_f32, BatchNormMoments, column_threads) { moments<float, 1>(args); }
KERNEL(batch_norm_moments_f32x4, BatchNormMoments, column_threads) { moments<float, 4>(args); }
KERNEL(batch_norm_moments_bf16, BatchNormMoments, column_threads) { moments<bf16, 1>(args); }
KERNEL(batch_norm_moments_bf16x8, BatchNormMoments, column_threads) { moments<bf16, 8>(args); }
KERNEL(batch_norm_sums_f32, BatchNormSums, column_threads) { sums<float, 1>(args); }
KERNEL(batch_norm_sums_f32x4, BatchNormSums, column_threads) { sums<float, 4>(args); }
KERNEL(batch_norm_sums_bf16, BatchNormSums, column_threads) { sums<bf16, 1>(args); }
KERNEL(batch_norm_sums_bf16x8, BatchNormSums, column_threads) { sums<bf16, 8>(args); }
KERNEL(batch_norm_backward_f32, BatchNormBackward, column_threads) { backward<float, 1>(args); }
KERNEL(batch_norm_backward_f32x4, BatchNormBackward, column_threads) { backward<float, 4>(args); }
KERNEL(batch_norm_backward_bf16, BatchNormBackward, column_threads) { backward<bf16, 1>(args); }
KERNEL(batch_norm_backward_bf16x8, BatchNormBackward, column_threads) { backward<bf16, 8>(args); }

KERNEL(batch_norm_statistics, BatchNormStatistics, total_threads)
{
    const Parts parts(args.partials, 3, args.chunks, args.columns, args.channels);
    const double count = static_cast<double>(args.rows * parts.repeats);
    const Spread spread = join_moments(args, parts, count);
    if (!parts.writes())
        return;
    args.mean[parts.channel] = static_cast<float>(spread.mean);
    args.inv_std[parts.channel] = static_cast<float>(1.0 / sqrt(spread.squares / count + args.epsilon));
    move(args.running_mean, parts.channel, args.momentum, spread.mean);
    move(args.running_variance, parts.channel, args.momentum, spread.squares / (count > 1.0 ? count - 1.0 : 1.0));
}

KERNEL(batch_norm_gradients, BatchNormGradients, total_threads)
{
    const Parts parts(args.partials, 2, args.chunks, args.columns, args.channels);
    double sum = 0.0, product = 0.0;
#pragma unroll 4
    for (int i = parts.first; i < parts.end; i += total_lanes)
    {
        sum += parts.at(i, 0);
        product += parts.at(i, 1);
    }
    sum = channel_total(sum);
    product = channel_total(product);
    if (!parts.writes())
        return;
    const long long c = parts.channel;
    const double inv_std = args.inv_std[c], scale = args.gamma[c] * inv_std, count = static_cast<double>(args.rows * parts.repeats);
    args.d_beta[c] = static_cast<float>(args.d_beta[c] + sum);
    args.d_gamma[c] = static_cast<float>(args.d_gamma[c] + product * inv_std);
    args.factors[c] = static_cast<float>(scale);
    args.factors[args.channels + c] = static_cast<float>(-scale * inv_std * inv_std * product / count);
    args.factors[2LL * args.channels + c] = static_cast<float>(-scale * sum / count);
}
