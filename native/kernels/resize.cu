// resize.cu: bilinear resize of maps, half-pixel centres, no smoothing.
// y[n,i,j,c] = x at row (i + 0.5) / scale_y - 0.5 and column (j + 0.5) / scale_x - 0.5, clamped at the borders, blended
//              from the two rows and the two columns beside it
// x [N,H,W,C], y [N,OH,OW,C] f32 or bf16, both of one type; scales above 0; positions in f64, blends in f32
// launch: one dimension, 256 threads; a row of y takes `segments` blocks, a thread N channels of a position
// moves: (in + out) s bytes where the scale is 1/2 or more (s = 2 or 4), less where rows are stepped over; the four reads
//        of a position overlap in the caches: bandwidth bound; [16,1024,1024,3] to [16,724,724,3] f32: 0.30 GB, 0.063 ms at
//        the 4.8 TB/s of an H200's datasheet, 0.070 ms at the 4.3 TB/s of a copy
// deterministic: every element by itself
#include "common/places.cuh"

namespace
{

constexpr int threads = 256;

struct ResizeBilinear
{
    const void* x;
    void* y;
    long long rows;  // N OH
    int segments;
    int height;
    int width;
    int channels;
    int out_height;
    int out_width;
    float scale_y;
    float scale_x;
};
FIELDS(ResizeBilinear, x, y, rows, segments, height, width, channels, out_height, out_width, scale_y, scale_x)

/// Where an output coordinate falls in the source: between low and high, at weight of the way.
struct Tap
{
    int low, high;
    float weight;

    DEVICE Tap(int coordinate, float scale, int extent)
    {
        double position = (coordinate + 0.5) / scale - 0.5;
        position = position < 0.0 ? 0.0 : position > extent - 1 ? extent - 1 : position;
        low = static_cast<int>(position);
        high = min(low + 1, extent - 1);
        weight = static_cast<float>(position - low);
    }
};

template <int N>
DEVICE Floats<N> blend(const Floats<N>& low, const Floats<N>& high, float weight)
{
    Floats<N> result;
#pragma unroll
    for (int i = 0; i < N; i++)
        result[i] = fmaf(weight, high[i], (1.0f - weight) * low[i]);
    return result;
}

template <typename T, int N>
DEVICE void resize(const ResizeBilinear& args, const Place& place)
{
    const Tap down(place.row, args.scale_y, args.height), across(place.column, args.scale_x, args.width);
    const long long stride = static_cast<long long>(args.width) * args.channels;
    const T* map = static_cast<const T*>(args.x) + place.image * args.height * stride + place.channel;
    const T *upper = map + down.low * stride, *lower = map + down.high * stride;
    const long long left = static_cast<long long>(across.low) * args.channels, right = static_cast<long long>(across.high) * args.channels;
    const Floats<N> low = blend(load<N>(upper + left), load<N>(lower + left), down.weight);
    const Floats<N> high = blend(load<N>(upper + right), load<N>(lower + right), down.weight);
    store<N>(static_cast<T*>(args.y) + place.at, blend(low, high, across.weight));
}

template <typename T, int N>
DEVICE void resize(const ResizeBilinear& args)
{
    each_place<N>(args.rows, args.segments, args.out_height, args.out_width, args.channels, [&](const Place& place) { resize<T, N>(args, place); });
}

}  // namespace

KERNEL(resize_bilinear_f32, ResizeBilinear, threads) { resize<float, 1>(args); }
KERNEL(resize_bilinear_f32x4, ResizeBilinear, threads) { resize<float, 4>(args); }
KERNEL(resize_bilinear_bf16, ResizeBilinear, threads) { resize<bf16, 1>(args); }
KERNEL(resize_bilinear_bf16x8, ResizeBilinear, threads) { resize<bf16, 8>(args); }
