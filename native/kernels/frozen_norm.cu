// frozen_norm.cu: normalisation with stored statistics, folded into the convolution before it. All f32, per channel.
// fold:      scale = gamma / sqrt(variance + epsilon);  shift = beta - mean scale
// gradients: with folded the gradient of the weights w [K, length] as if there were no normalisation, and sum [K] the column
//            sums of the gradient behind it:  d_beta += sum;  d_gamma += inv_std ( (w . folded) - mean sum );
//            dw += gamma inv_std folded.  The convolution's output is not needed.
// launch: _fold: a thread a channel, 256 threads, striding over the grid; _gradients: a block of 256 threads a filter,
//         striding over the grid, N weights at a time, all of one call from 16-byte aligned addresses with length % N = 0
// moves: 20 K length bytes, folded the second time from the cache: bandwidth bound; [512,3,3,512] (9.4 MB of weights):
//        38 MB + 9 MB cached, 0.008 ms at the 4.8 TB/s of an H200's datasheet, 0.009 ms at the 4.3 TB/s of a copy
// deterministic: order fixed by the block, no atomics
#include "common/grid.cuh"
#include "common/reduce.cuh"

namespace
{

constexpr int threads = 256;

struct FrozenNormFold
{
    const float* gamma;
    const float* beta;
    const float* mean;
    const float* variance;
    float* scale;
    float* shift;
    int channels;
    float epsilon;
};
FIELDS(FrozenNormFold, gamma, beta, mean, variance, scale, shift, channels, epsilon)

struct FrozenNormGradients
{
    const float* w;
    const float* folded;
    const float* sum;
    const float* gamma;
    const float* mean;
    const float* variance;
    float* dw;
    float* d_gamma;
    float* d_beta;
    long long length;
    int filters;
    float epsilon;
};
FIELDS(FrozenNormGradients, w, folded, sum, gamma, mean, variance, dw, d_gamma, d_beta, length, filters, epsilon)

DEVICE double inverse_deviation(float variance, float epsilon) { return 1.0 / sqrt(static_cast<double>(variance) + epsilon); }

/// w . folded, for every thread of the block.
template <int N>
DEVICE float inner_product(const float* w, const float* folded, long long length)
{
    float product = 0.0f;
#pragma unroll 4
    for (long long i = threadIdx.x * N; i < length; i += blockDim.x * N)
    {
        const Floats<N> left = load<N>(w + i), right = load<N>(folded + i);
#pragma unroll
        for (int j = 0; j < N; j++)
            product = fmaf(left[j], right[j], product);
    }
    return block_reduce<Sum>(product);
}

template <int N>
DEVICE void add_scaled(float factor, const float* folded, float* dw, long long length)
{
    for (long long i = threadIdx.x * N; i < length; i += blockDim.x * N)
    {
        const Floats<N> gradient = load<N>(folded + i);
        Floats<N> total = load<N>(dw + i);
#pragma unroll
        for (int j = 0; j < N; j++)
            total[j] = fmaf(factor, gradient[j], total[j]);
        store<N>(dw + i, total);
    }
}

template <int N>
DEVICE void gradients(const FrozenNormGradients& args)
{
    for (long long k = blockIdx.x; k < args.filters; k += gridDim.x)
    {
        const long long start = k * args.length;
        const double inv_std = inverse_deviation(args.variance[k], args.epsilon);
        const double product = inner_product<N>(args.w + start, args.folded + start, args.length);
        if (threadIdx.x == 0)
        {
            args.d_gamma[k] = static_cast<float>(args.d_gamma[k] + inv_std * (product - static_cast<double>(args.mean[k]) * args.sum[k]));
            args.d_beta[k] += args.sum[k];
        }
        add_scaled<N>(static_cast<float>(args.gamma[k] * inv_std), args.folded + start, args.dw + start, args.length);
    }
}

}  // namespace

KERNEL(frozen_norm_fold, FrozenNormFold, threads)
{
    for (long long c = grid_thread(); c < args.channels; c += grid_threads())
    {
        const double scale = args.gamma[c] * inverse_deviation(args.variance[c], args.epsilon);
        args.scale[c] = static_cast<float>(scale);
        args.shift[c] = static_cast<float>(args.beta[c] - args.mean[c] * scale);
    }
}

KERNEL(frozen_norm_gradients_f32, FrozenNormGradients, threads) { gradients<1>(args); }
KERNEL(frozen_norm_gradients_f32x4, FrozenNormGradients, threads) { gradients<4>(args); }
