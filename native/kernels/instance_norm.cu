// instance_norm.cu: instance normalisation, alone or with batch normalisation for the channels behind it (IBN), forward and
// backward; maps [N, rows, C], rows = H W.
// statistics: channels below `split` of each image by itself; the others of all images, or stored: mean, variance [N, C]
// forward:  inv_std = 1 / sqrt(variance + epsilon);  y = relu?( (x - mean) inv_std gamma + beta )
// backward: g = dy where y > 0, all of dy without y;  xhat = (x - mean) inv_std;  d_beta += sum g;  d_gamma += sum g xhat
//           dx = gamma inv_std (g - mean(g) - xhat mean(g xhat)), the means over what the statistics are of; = gamma inv_std g
//           where they are stored.  dx = a g + b (x - mean) + c
// x, y, dy, dx f32 or bf16, all of one type; tables [N, C] and per channel f32. y may be x, dx may be dy.
//
// The tables have a row for each image whatever a channel's statistics are of: the passes over the map know no difference,
// and nothing is split or copied. Nothing cancels, as in batch_norm.cu.
//
// launch: 256 threads; _moments, _forward, _sums, _backward: images * chunks * tiles blocks, each in one image
//         (common/columns.cuh); _statistics, _gradients: a block for 8 channels, its 32 lanes share out the images
// moves (s = 2 or 4, bandwidth bound; [256,56,56,64] bf16 at an H200's 4.8 TB/s by the datasheet, 4.3 TB/s for a copy):
//   _moments    N rows C s, with stored statistics the first `split` channels alone   0.10 GB   0.021 ms   0.024 ms
//   _forward    2 N rows C s                                                          0.21 GB   0.043 ms   0.048 ms
//   _sums       3 N rows C s                                                          0.31 GB   0.064 ms   0.072 ms
//   _backward   4 N rows C s                                                          0.41 GB   0.086 ms   0.096 ms
// deterministic: order fixed by the cut, no atomics
#include "common/instances.cuh"
#include "common/normalization.cuh"

namespace
{

struct InstanceNormMoments
{
    const void* x;
    float* partials;  // [images * chunks, 3, columns]: pivot, sum and sum of squares of the deviations from it
    long long rows;
    long long chunk_rows;
    int chunks;
    int columns;
    int taken;  // leading columns that are wanted, whole packs
    int width;
};
FIELDS(InstanceNormMoments, x, partials, rows, chunk_rows, chunks, columns, taken, width)

struct InstanceNormStatistics
{
    const float* partials;
    float* running_mean;      // of the channels from split on, or null
    float* running_variance;  // likewise
    float* mean;
    float* inv_std;
    long long rows;
    long long chunk_rows;
    int chunks;
    int images;
    int channels;
    int split;
    int stored;  // whether the channels from split on take the running statistics as they are
    float momentum;
    float epsilon;
};
FIELDS(InstanceNormStatistics, partials, running_mean, running_variance, mean, inv_std, rows, chunk_rows, chunks, images, channels, split, stored, momentum, epsilon)

struct InstanceNormForward
{
    const void* x;
    const float* mean;
    const float* inv_std;
    const float* gamma;
    const float* beta;
    const float* tail_gamma;  // of the channels from split on, or null
    const float* tail_beta;   // likewise
    void* y;
    long long rows;
    long long chunk_rows;
    int chunks;
    int columns;
    int split;
    int width;
    int relu;
};
FIELDS(InstanceNormForward, x, mean, inv_std, gamma, beta, tail_gamma, tail_beta, y, rows, chunk_rows, chunks, columns, split, width, relu)

struct InstanceNormSums
{
    const void* x;
    const void* y;  // or null
    const void* dy;
    const float* mean;
    float* partials;  // [images * chunks, 2, columns]: sums of g and of g (x - mean)
    long long rows;
    long long chunk_rows;
    int chunks;
    int columns;
    int width;
};
FIELDS(InstanceNormSums, x, y, dy, mean, partials, rows, chunk_rows, chunks, columns, width)

struct InstanceNormGradients
{
    const float* partials;
    const float* inv_std;
    const float* gamma;
    const float* tail_gamma;  // or null
    float* d_gamma;
    float* d_beta;
    float* d_tail_gamma;  // or null
    float* d_tail_beta;   // or null
    float* factors;       // [images, 3, channels]: a, b, c of dx = a g + b (x - mean) + c
    long long rows;
    int chunks;
    int images;
    int channels;
    int split;
    int stored;
};
FIELDS(InstanceNormGradients, partials, inv_std, gamma, tail_gamma, d_gamma, d_beta, d_tail_gamma, d_tail_beta, factors, rows, chunks, images, channels, split, stored)

struct InstanceNormBackward
{
    const void* x;
    const void* y;  // or null
    const void* dy;
    const float* mean;
    const float* factors;
    void* dx;
    long long rows;
    long long chunk_rows;
    int chunks;
    int columns;
    int width;
};
FIELDS(InstanceNormBackward, x, y, dy, mean, factors, dx, rows, chunk_rows, chunks, columns, width)

template <typename T, int N>
DEVICE void moments(const InstanceNormMoments& args)
{
    const ImageTile<N> tile(args, args.taken);
    leave_moments<T, N>(static_cast<const T*>(args.x) + tile.start, args.columns, tile, args.partials + tile.partial(args, 3));
}

/// The mean of a channel of one image, and the sum of squared deviations from it.
DEVICE Spread image_moments(const InstanceNormStatistics& args, long long image, long long channel)
{
    const float* partials = args.partials + image * args.chunks * 3 * args.channels + channel;
    const auto at = [&](int chunk, int kind) { return static_cast<double>(partials[(3LL * chunk + kind) * args.channels]); };
    const auto rows = [&](int chunk) { return static_cast<double>(min(args.rows - chunk * args.chunk_rows, args.chunk_rows)); };
    double sum = 0.0, squares = 0.0;
#pragma unroll 4
    for (int i = 0; i < args.chunks; i++)
        sum += fma(rows(i), at(i, 0), at(i, 1));
    const double mean = sum / static_cast<double>(args.rows);
#pragma unroll 4
    for (int i = 0; i < args.chunks; i++)
    {
        const double distance = at(i, 0) - mean;
        squares += at(i, 2) + distance * (2.0 * at(i, 1) + rows(i) * distance);
    }
    return {mean, squares < 0.0 ? 0.0 : squares};
}

template <typename T, int N>
DEVICE void forward(const InstanceNormForward& args)
{
    const ImageTile<N> tile(args, args.columns);
    if (!tile.any())
        return;
    const long long table = tile.image * args.columns + tile.column;
    const Floats<N> mean = load<N>(args.mean + table), inv_std = load<N>(args.inv_std + table);
    const Floats<N> beta = joined_values<N>(args.beta, args.tail_beta, args.split, tile.column);
    Floats<N> scale = joined_values<N>(args.gamma, args.tail_gamma, args.split, tile.column);
#pragma unroll
    for (int i = 0; i < N; i++)
        scale[i] *= inv_std[i];
    // The last rows first: _moments has left them cached.
#pragma unroll 1
    for (long long row = tile.last; row >= tile.first; row -= tile.lanes)
    {
        const long long at = tile.start + row * args.columns + tile.column;
        Floats<N> values = load<N>(static_cast<const T*>(args.x) + at);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            const float value = fmaf(values[i] - mean[i], scale[i], beta[i]);
            values[i] = args.relu && value <= 0.0f ? 0.0f : value;
        }
        store<N>(static_cast<T*>(args.y) + at, values);
    }
}

template <typename T, int N>
DEVICE void sums(const InstanceNormSums& args)
{
    const ImageTile<N> tile(args, args.columns);
    Floats<N> sums[2] = {}, mean = {};
    if (tile.any())
        mean = load<N>(args.mean + tile.image * args.columns + tile.column);
#pragma unroll 1
    for (long long row = tile.first; row <= tile.last; row += tile.lanes)
    {
        const long long at = tile.start + row * args.columns + tile.column;
        const Floats<N> x = load<N>(static_cast<const T*>(args.x) + at);
        const Floats<N> g = rectified<T, N>(args.y, args.dy, at);
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
    float* partials = args.partials + tile.partial(args, 2);
    store<N>(partials, sums[0]);
    store<N>(partials + args.columns, sums[1]);
}

/// The factors of one channel of one image from the means of g and of g xhat.
DEVICE void write_factors(const InstanceNormGradients& args, long long image, long long channel, double gamma, double mean, double product)
{
    const double inv_std = args.inv_std[image * args.channels + channel], scale = gamma * inv_std;
    float* factors = args.factors + 3 * image * args.channels + channel;
    factors[0] = static_cast<float>(scale);
    factors[args.channels] = static_cast<float>(-scale * inv_std * product);
    factors[2LL * args.channels] = static_cast<float>(-scale * mean);
}

template <typename T, int N>
DEVICE void backward(const InstanceNormBackward& args)
{
    const ImageTile<N> tile(args, args.columns);
    if (!tile.any())
        return;
    const float* factors = args.factors + 3 * tile.image * args.columns + tile.column;
    const Floats<N> mean = load<N>(args.mean + tile.image * args.columns + tile.column);
    const Floats<N> a = load<N>(factors), b = load<N>(factors + args.columns), c = load<N>(factors + 2LL * args.columns);
    // The last rows first: _sums has left them cached.
#pragma unroll 1
    for (long long row = tile.last; row >= tile.first; row -= tile.lanes)
    {
        const long long at = tile.start + row * args.columns + tile.column;
        const Floats<N> x = load<N>(static_cast<const T*>(args.x) + at);
        Floats<N> values = rectified<T, N>(args.y, args.dy, at);
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = fmaf(a[i], values[i], fmaf(b[i], x[i] - mean[i], c[i]));
        store<N>(static_cast<T*>(args.dx) + at, values);
    }
}

}  // namespace

KERNEL(instance_norm_moments_f32, InstanceNormMoments, column_threads) { moments<float, 1>(args); }
KERNEL_RESIDENT(instance_norm_moments_f32x4, InstanceNormMoments, column_threads, 5) { moments<float, 4>(args); }
KERNEL(instance_norm_moments_bf16, InstanceNormMoments, column_threads) { moments<bf16, 1>(args); }
KERNEL(instance_norm_moments_bf16x8, InstanceNormMoments, column_threads) { moments<bf16, 8>(args); }
KERNEL(instance_norm_forward_f32, InstanceNormForward, column_threads) { forward<float, 1>(args); }
KERNEL(instance_norm_forward_f32x4, InstanceNormForward, column_threads) { forward<float, 4>(args); }
KERNEL(instance_norm_forward_bf16, InstanceNormForward, column_threads) { forward<bf16, 1>(args); }
KERNEL(instance_norm_forward_bf16x8, InstanceNormForward, column_threads) { forward<bf16, 8>(args); }
KERNEL(instance_norm_sums_f32, InstanceNormSums, column_threads) { sums<float, 1>(args); }
KERNEL(instance_norm_sums_f32x4, InstanceNormSums, column_threads) { sums<float, 4>(args); }
KERNEL(instance_norm_sums_bf16, InstanceNormSums, column_threads) { sums<bf16, 1>(args); }
KERNEL(instance_norm_sums_bf16x8, InstanceNormSums, column_threads) { sums<bf16, 8>(args); }
KERNEL(instance_norm_backward_f32, InstanceNormBackward, column_threads) { backward<float, 1>(args); }
KERNEL(instance_norm_backward_f32x4, InstanceNormBackward, column_threads) { backward<float, 4>(args); }
KERNEL(instance_norm_backward_bf16, InstanceNormBackward, column_threads) { backward<bf16, 1>(args); }
KERNEL(instance_norm_backward_bf16x8, InstanceNormBackward, column_threads) { backward<bf16, 8>(args); }

KERNEL(instance_norm_statistics, InstanceNormStatistics, total_threads)
{
    const ChannelLane lane{};
    const long long channel = lane.channel, tail = channel - args.split;
    const bool by_image = channel < args.split, live = channel < args.channels;
    const double rows = static_cast<double>(args.rows), count = rows * args.images;
    double sum = 0.0, squares = 0.0;
    const auto write = [&](long long image, double mean, double variance) {
        args.mean[image * args.channels + channel] = static_cast<float>(mean);
        args.inv_std[image * args.channels + channel] = static_cast<float>(1.0 / sqrt(variance + args.epsilon));
    };
    for (int image = lane.first; live && image < args.images; image += total_lanes)
    {
        if (!by_image && args.stored)
        {
            write(image, args.running_mean[tail], args.running_variance[tail]);
            continue;
        }
        const Spread spread = image_moments(args, image, channel);
        if (by_image)
            write(image, spread.mean, spread.squares / rows);
        sum += rows * spread.mean;
    }
    if (args.stored || !lane.block_ends_past(args.split))
        return;
    const double mean = channel_total(sum) / count;
    for (int image = lane.first; live && !by_image && image < args.images; image += total_lanes)
    {
        const Spread spread = image_moments(args, image, channel);
        squares += spread.squares + rows * (spread.mean - mean) * (spread.mean - mean);
    }
    squares = channel_total(squares);
    if (by_image || !live)
        return;
    for (int image = lane.first; image < args.images; image += total_lanes)
        write(image, mean, squares / count);
    if (lane.first > 0)
        return;
    move(args.running_mean, tail, args.momentum, mean);
    move(args.running_variance, tail, args.momentum, squares / (count > 1.0 ? count - 1.0 : 1.0));
}

KERNEL(instance_norm_gradients, InstanceNormGradients, total_threads)
{
    const ChannelLane lane{};
    const long long channel = lane.channel, tail = channel - args.split;
    const bool by_image = channel < args.split, live = channel < args.channels;
    const double rows = static_cast<double>(args.rows), count = rows * args.images;
    const double gamma = !live ? 0.0 : by_image ? args.gamma[channel] : args.tail_gamma[tail];
    double all = 0.0, all_products = 0.0;
    for (int image = lane.first; live && image < args.images; image += total_lanes)
    {
        const float* partials = args.partials + 2LL * image * args.chunks * args.channels + channel;
        double sum = 0.0, product = 0.0;
#pragma unroll 4
        for (int i = 0; i < args.chunks; i++)
        {
            sum += partials[2LL * i * args.channels];
            product += partials[(2LL * i + 1) * args.channels];
        }
        product *= args.inv_std[static_cast<long long>(image) * args.channels + channel];
        all += sum;
        all_products += product;
        if (by_image)
            write_factors(args, image, channel, gamma, sum / rows, product / rows);
    }
    all = channel_total(all);
    all_products = channel_total(all_products);
    if (!live)
        return;
    const double share = args.stored ? 0.0 : 1.0 / count;
    for (int image = lane.first; !by_image && image < args.images; image += total_lanes)
        write_factors(args, image, channel, gamma, all * share, all_products * share);
    if (lane.first > 0)
        return;
    float* d_beta = by_image ? args.d_beta + channel : args.d_tail_beta + tail;
    float* d_gamma = by_image ? args.d_gamma + channel : args.d_tail_gamma + tail;
    *d_beta = static_cast<float>(*d_beta + all);
    *d_gamma = static_cast<float>(*d_gamma + all_products);
}
