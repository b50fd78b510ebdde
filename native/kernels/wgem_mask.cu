// wgem_mask.cu: the masks of weighted generalised-mean pooling: a 3 x 3 convolution to one channel and a softmax over positions,
// forward and backward.
//   taps[n,i,t]     = sum_c x[n,i,c] w[t,c]                                                     t = 3 ky + kx
//   logit[r,n,i]    = sum_t taps[n, i + offset(t), t] over the taps within the map, or within region r where masks are its own
//   weights[r,n,i]  = exp(logit - max) / sum exp(logit - max) over region r, 0 outside
//   backward: from shares = weights dL/dweights,  dlogit = shares - weights sum shares;  dtaps[n,i,t] = sum over r of
//   dlogit[r, n, i - offset(t)];  dx[n,i,c] += sum_t dtaps w;  dw[t,c] += sum over n, i of dtaps x
// x, dx [N,P,C] f32 or bf16; w, dw [9,C], taps, dtaps [N,P,9], weights, shares [R,N,P] f32; sums in f32
// One pass over the map gives the taps, from which the masks of any number of regions follow; a convolution's bias would change nothing.
//
// taps: a warp takes four positions, so that the weights are read once for four; 256 threads, ceil(N P / 32) blocks
// softmax, softmax_backward: a block of 256 threads for each region and image
// spread: a thread for each of dtaps' elements, 256 a block
// taps_backward: launched as common/columns.cuh says; leaves dw's parts [chunks, 9, C] for a column sum
// moves: taps N P C s bytes read; taps_backward reads x and dx and writes dx. Nine products an element forward and eighteen
//   backward: bf16 is bound by arithmetic, f32 by memory. Floor of taps and taps_backward at the 4.3 TB/s of a copy on an H200: f32
//   [256,7,7,2048] 24 and 72 us
// deterministic: sums in an order that shapes and the device's size determine, no atomics
#include "common/columns.cuh"
#include "common/reduce.cuh"
#include "common/regions.cuh"

namespace
{

constexpr int taps = 9;
constexpr int mask_threads = 256;
constexpr int at_once = 4;  // positions of a warp

struct MaskTaps
{
    const void* x;
    const float* w;
    float* taps;
    long long positions;  // of all images
    int channels;
};
FIELDS(MaskTaps, x, w, taps, positions, channels)

struct MaskSoftmax
{
    const float* taps;
    const int* regions;  // or null
    float* weights;
    int own;  // 1: windows end at the region's border
    int count, images, height, width;
};
FIELDS(MaskSoftmax, taps, regions, weights, own, count, images, height, width)

struct MaskSoftmaxBackward
{
    const float* weights;
    float* shares;  // become the logits' gradients
    int positions;
};
FIELDS(MaskSoftmaxBackward, weights, shares, positions)

struct MaskSpread
{
    const float* logits;  // gradients
    const int* regions;   // or null
    float* taps;
    int own;
    int count, images, height, width;
};
FIELDS(MaskSpread, logits, regions, taps, own, count, images, height, width)

struct MaskTapsBackward
{
    const void* x;
    const float* w;
    const float* taps;
    void* dx;
    float* partials;  // [chunks, 9, C]
    long long rows;
    long long chunk_rows;
    int columns;
    int width;
};
FIELDS(MaskTapsBackward, x, w, taps, dx, partials, rows, chunk_rows, columns, width)

template <typename T, int N>
DEVICE void taps_forward(const MaskTaps& args)
{
    const int lane = threadIdx.x % warp_size;
    const long long first = grid_thread() / warp_size * at_once;
    const T* x = static_cast<const T*>(args.x);
    float sums[at_once][taps] = {};
    if (first >= args.positions)
        return;
    for (int channel = lane * N; channel < args.channels; channel += warp_size * N)
    {
        Floats<N> values[at_once];
#pragma unroll
        for (int q = 0; q < at_once; q++)
            values[q] = load<N>(x + min(first + q, args.positions - 1) * args.channels + channel);
#pragma unroll
        for (int t = 0; t < taps; t++)
        {
            const Floats<N> w = load<N>(args.w + static_cast<long long>(t) * args.channels + channel);
#pragma unroll
            for (int q = 0; q < at_once; q++)
#pragma unroll
                for (int i = 0; i < N; i++)
                    sums[q][t] = fmaf(values[q][i], w[i], sums[q][t]);
        }
    }
#pragma unroll
    for (int q = 0; q < at_once; q++)
#pragma unroll
        for (int t = 0; t < taps; t++)
        {
            const float sum = warp_reduce<Sum>(sums[q][t]);
            if (lane == 0 && first + q < args.positions)
                args.taps[(first + q) * taps + t] = sum;
        }
}

/// Where the windows of a region end.
DEVICE Region bounds_of(const RegionMap& map, const Region& region, int own) { return own ? region : Region{0, 0, map.height, map.width}; }

/// The convolution's output around a position, from one image's taps.
DEVICE float logit_at(const float* image_taps, const Region& bounds, int map_width, int row, int column)
{
    float sum = 0.0f;
    for (int t = 0; t < taps; t++)
    {
        const int y = row + t / 3 - 1, x = column + t % 3 - 1;
        if (bounds.holds(y, x))
            sum += image_taps[(static_cast<long long>(y) * map_width + x) * taps + t];
    }
    return sum;
}

template <typename T, int N>
DEVICE void taps_backward(const MaskTapsBackward& args)
{
    const Tile<N> tile(args.rows, args.chunk_rows, args.columns, args.width);
    Floats<N> sums[taps] = {}, w[taps] = {};
    if (tile.any())
#pragma unroll
        for (int t = 0; t < taps; t++)
            w[t] = load<N>(args.w + static_cast<long long>(t) * args.columns + tile.column);
#pragma unroll 1
    for (long long row = tile.first; row <= tile.last; row += tile.lanes)
    {
        const long long at = row * args.columns + tile.column;
        const Floats<N> x = load<N>(static_cast<const T*>(args.x) + at);
        Floats<N> dx = load<N>(static_cast<const T*>(args.dx) + at);
#pragma unroll
        for (int t = 0; t < taps; t++)
        {
            const float gradient = args.taps[row * taps + t];
#pragma unroll
            for (int i = 0; i < N; i++)
            {
                dx[i] = fmaf(gradient, w[t][i], dx[i]);
                sums[t][i] = fmaf(gradient, x[i], sums[t][i]);
            }
        }
        store<N>(static_cast<T*>(args.dx) + at, dx);
    }
    fold_lanes<N>(sums, tile);
    if (tile.lane > 0 || !tile.any())
        return;
#pragma unroll
    for (int t = 0; t < taps; t++)
        store<N>(args.partials + (taps * tile.chunk + t) * args.columns + tile.column, sums[t]);
}

}  // namespace

KERNEL(wgem_mask_taps_f32, MaskTaps, mask_threads) { taps_forward<float, 1>(args); }
KERNEL(wgem_mask_taps_f32x4, MaskTaps, mask_threads) { taps_forward<float, 4>(args); }
KERNEL(wgem_mask_taps_bf16, MaskTaps, mask_threads) { taps_forward<bf16, 1>(args); }
KERNEL_RESIDENT(wgem_mask_taps_bf16x8, MaskTaps, mask_threads, 1) { taps_forward<bf16, 8>(args); }
KERNEL(wgem_mask_taps_backward_f32, MaskTapsBackward, column_threads) { taps_backward<float, 1>(args); }
KERNEL(wgem_mask_taps_backward_f32x4, MaskTapsBackward, column_threads) { taps_backward<float, 4>(args); }
KERNEL(wgem_mask_taps_backward_bf16, MaskTapsBackward, column_threads) { taps_backward<bf16, 1>(args); }
KERNEL(wgem_mask_taps_backward_bf16x8, MaskTapsBackward, column_threads) { taps_backward<bf16, 8>(args); }

KERNEL(wgem_mask_softmax, MaskSoftmax, mask_threads)
{
    const RegionMap map = {args.regions, args.count, args.images, args.height, args.width};
    const int positions = map.positions();
    const Region region = map.region(static_cast<int>(blockIdx.x / args.images)), bounds = bounds_of(map, region, args.own);
    const float* image_taps = args.taps + blockIdx.x % args.images * static_cast<long long>(positions) * taps;
    float* weights = args.weights + static_cast<long long>(blockIdx.x) * positions;
    const auto holds = [&](int position) { return region.holds(position / args.width, position % args.width); };
    float largest = Largest::neutral, sum = 0.0f;
    for (int position = threadIdx.x; position < positions; position += blockDim.x)
    {
        const bool held = holds(position);
        const float logit = held ? logit_at(image_taps, bounds, args.width, position / args.width, position % args.width) : 0.0f;
        weights[position] = logit;
        largest = held ? fmaxf(largest, logit) : largest;
    }
    largest = block_reduce<Largest>(largest);
    for (int position = threadIdx.x; position < positions; position += blockDim.x)
        if (holds(position))
            sum += weights[position] = expf(weights[position] - largest);
    sum = block_reduce<Sum>(sum);
    for (int position = threadIdx.x; position < positions; position += blockDim.x)
        if (holds(position))
            weights[position] /= sum;
}

KERNEL(wgem_mask_softmax_backward, MaskSoftmaxBackward, mask_threads)
{
    const long long start = static_cast<long long>(blockIdx.x) * args.positions;
    float sum = 0.0f;
    for (int position = threadIdx.x; position < args.positions; position += blockDim.x)
        sum += args.shares[start + position];
    sum = block_reduce<Sum>(sum);
    for (int position = threadIdx.x; position < args.positions; position += blockDim.x)
        args.shares[start + position] -= args.weights[start + position] * sum;
}

KERNEL(wgem_mask_spread, MaskSpread, mask_threads)
{
    const RegionMap map = {args.regions, args.count, args.images, args.height, args.width};
    const int positions = map.positions();
    const long long element = grid_thread();
    if (element >= static_cast<long long>(args.images) * positions * taps)
        return;
    const int t = static_cast<int>(element % taps), position = static_cast<int>(element / taps % positions);
    const long long image = element / taps / positions;
    const int row = position / args.width, column = position % args.width, y = row - (t / 3 - 1), x = column - (t % 3 - 1);
    float sum = 0.0f;
    for (int r = 0; r < args.count; r++)
    {
        const Region region = map.region(r);
        if (region.holds(y, x) && bounds_of(map, region, args.own).holds(row, column))
            sum += args.logits[(r * static_cast<long long>(args.images) + image) * positions + y * args.width + x];
    }
    args.taps[element] = sum;
}
