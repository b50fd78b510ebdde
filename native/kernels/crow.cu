// crow.cu: cross-dimensional weights (CroW) of positions and channels.
//   weights[n,i]  = sqrt( s_i / |s| ),  s_i = sum_c x[n,i,c], 0 where that is below 0
//   channel_weights[n,c] = log( sum_k q_k / q_c ),  q_c the share of positions where x is not 0; 0 where q_c is
// x [N,P,C] f32 or bf16; weights [N,P], channel_weights [N,C] f32; sums in f32
// launch: a block of 512 threads an image: first a warp a position, then a thread a channel
// moves: N P C s bytes twice, the second time from the cache: bandwidth bound, on as many multiprocessors as there are images.
//   No training step computes it.
// deterministic: sums in an order that P and C determine, no atomics
#include "common/reduce.cuh"

namespace
{

constexpr int crow_threads = 512;

struct CrowWeights
{
    const void* x;
    float* weights;
    float* channel_weights;
    int positions, channels;
};
FIELDS(CrowWeights, x, weights, channel_weights, positions, channels)

template <typename T>
DEVICE void weigh_positions(const CrowWeights& args, const T* x, float* weights)
{
    const int lane = threadIdx.x % warp_size, warps = blockDim.x / warp_size;
    float squares = 0.0f;
    for (int position = threadIdx.x / warp_size; position < args.positions; position += warps)
    {
        float sum = 0.0f;
        for (int c = lane; c < args.channels; c += warp_size)
            sum += to_float(x[static_cast<long long>(position) * args.channels + c]);
        sum = warp_reduce<Sum>(sum);
        if (lane == 0)
        {
            weights[position] = sum;
            squares = fmaf(sum, sum, squares);
        }
    }
    const float norm = sqrtf(block_reduce<Sum>(squares));
    for (int position = threadIdx.x; position < args.positions; position += blockDim.x)
        weights[position] = norm > 0.0f ? sqrtf(fmaxf(0.0f, weights[position] / norm)) : 0.0f;
}

template <typename T>
DEVICE void weigh_channels(const CrowWeights& args, const T* x, float* weights)
{
    float sum = 0.0f;
    for (int c = threadIdx.x; c < args.channels; c += blockDim.x)
    {
        float occupied = 0.0f;
        for (int position = 0; position < args.positions; position++)
            occupied += to_float(x[static_cast<long long>(position) * args.channels + c]) != 0.0f ? 1.0f : 0.0f;
        weights[c] = occupied;
        sum += occupied;
    }
    sum = block_reduce<Sum>(sum);
    for (int c = threadIdx.x; c < args.channels; c += blockDim.x)
        weights[c] = weights[c] > 0.0f ? logf(sum / weights[c]) : 0.0f;
}

template <typename T>
DEVICE void weigh(const CrowWeights& args)
{
    const long long image = blockIdx.x;
    const T* x = static_cast<const T*>(args.x) + image * args.positions * args.channels;
    weigh_positions(args, x, args.weights + image * args.positions);
    weigh_channels(args, x, args.channel_weights + image * args.channels);
}

}  // namespace

KERNEL(crow_weights_f32, CrowWeights, crow_threads) { weigh<float>(args); }
KERNEL(crow_weights_bf16, CrowWeights, crow_threads) { weigh<bf16>(args); }
