// scale_shift.cu: an affine map of each channel, with what follows a normalisation fused on.
// y = relu?( (x - center) * scale * factor + shift + residual ), seen as matrices [rows, C]
//   frozen normalisation: scale = gamma / deviation, shift = beta - mean scale; a convolution's bias: scale = 1, shift = bias
//   training: center = mean, scale = gamma, factor = 1 / deviation, shift = beta: large means cancel before they are scaled
// x, y, residual f32 or bf16, all of one type; center, scale, factor, shift [C] f32; center, scale, factor, shift, residual optional;
// y may be x or the residual. The rectifier keeps what is not a number.
// launch: 256 threads, chunks * tiles blocks (common/columns.cuh); within a chunk the last rows first, as the pass before
//         this one has left those in the cache
// moves: 2 rows C s bytes, 3 rows C s with a residual (s = 2 or 4): bandwidth bound; [256,56,56,256] bf16: 0.82 GB,
//        0.17 ms at the 4.8 TB/s of an H200's datasheet, 0.19 ms at the 4.3 TB/s of a copy; with a residual half as much again
// deterministic: every element by itself
#include "common/columns.cuh"

namespace
{

struct ScaleShift
{
    const void* x;
    const float* center;  // or null
    const float* scale;   // or null
    const float* factor;  // or null
    const float* shift;   // or null
    const void* residual;  // or null
    void* y;
    long long rows;
    long long chunk_rows;
    int columns;
    int channels;
    int width;
    int relu;
};
FIELDS(ScaleShift, x, center, scale, factor, shift, residual, y, rows, chunk_rows, columns, channels, width, relu)

template <typename T, int N>
DEVICE void scale_shift(const ScaleShift& args)
{
    const Tile<N> tile(args.rows, args.chunk_rows, args.columns, args.width);
    if (!tile.any())
        return;
    const int channel = tile.column % args.channels;
    const Floats<N> center = channel_values<N>(args.center, channel, args.channels);
    const Floats<N> shift = channel_values<N>(args.shift, channel, args.channels);
    const Floats<N> factor = channel_values<N>(args.factor, channel, args.channels, 1.0f);
    Floats<N> scale = channel_values<N>(args.scale, channel, args.channels, 1.0f);
#pragma unroll
    for (int i = 0; i < N; i++)
        scale[i] *= factor[i];

#pragma unroll 1
    for (long long row = tile.last; row >= tile.first; row -= tile.lanes)
    {
        const long long at = row * args.columns + tile.column;
        // Without a residual x stands in, unused: a load behind a branch would wait for the one before it.
        Floats<N> values = load<N>(static_cast<const T*>(args.x) + at);
        const Floats<N> residual = load<N>(static_cast<const T*>(args.residual ? args.residual : args.x) + at);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            const float value = fmaf(values[i] - center[i], scale[i], shift[i]) + (args.residual ? residual[i] : 0.0f);
            values[i] = args.relu && value <= 0.0f ? 0.0f : value;
        }
        store<N>(static_cast<T*>(args.y) + at, values);
    }
}

}  // namespace

KERNEL(scale_shift_f32, ScaleShift, column_threads) { scale_shift<float, 1>(args); }
KERNEL(scale_shift_f32x4, ScaleShift, column_threads) { scale_shift<float, 4>(args); }
KERNEL(scale_shift_bf16, ScaleShift, column_threads) { scale_shift<bf16, 1>(args); }
KERNEL(scale_shift_bf16x8, ScaleShift, column_threads) { scale_shift<bf16, 8>(args); }
