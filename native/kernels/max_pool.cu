// max_pool.cu: windowed maximum, forward and backward.
// forward:  y[n,i,j,c] = max over r, s of x[n, i stride - padding + r dilation, j stride - padding + s dilation, c]; argmax gets
//           the winner's position h W + w. Padding never wins; of equal values the first in row-major order does; what is
//           not a number beats all; a window of padding alone gives minus infinity and -1.
// backward: dx[n,h,w,c] = sum of dy over the windows whose argmax is h W + w, gathered: every element of dx is written once
// x, dx [N,H,W,C], y, dy [N,OH,OW,C] f32 or bf16, all of one type; argmax [N,OH,OW,C] int, optional in the forward pass
// launch: one dimension, 256 threads; a row of the map that is written takes `segments` blocks, a thread N channels of a
//         position. Rows that overlap are read again from the caches.
// moves: (in + out) s + 4 out bytes, with in and out the elements of the maps (s = 2 or 4): bandwidth bound;
//        [256,112,112,64] bf16, 3x3 by 2: 0.72 GB each way, 0.15 ms at the 4.8 TB/s of an H200's datasheet, 0.17 ms at the
//        4.3 TB/s of a copy; 0.51 GB forward without argmax
// deterministic: every element by itself, windows in row-major order
#include "common/places.cuh"

namespace
{

constexpr int threads = 256;

struct MaxPoolForward
{
    const void* x;
    void* y;
    int* argmax;  // or null
    long long rows;  // N OH
    int segments;
    int height, width, channels;
    int out_height, out_width;
    int kernel_height, kernel_width;
    int stride, padding, dilation;
};
FIELDS(MaxPoolForward, x, y, argmax, rows, segments, height, width, channels, out_height, out_width, kernel_height, kernel_width, stride, padding, dilation)

struct MaxPoolBackward
{
    const void* dy;
    const int* argmax;
    void* dx;
    long long rows;  // N H
    int segments;
    int height, width, channels;
    int out_height, out_width;
    int kernel_height, kernel_width;
    int stride, padding, dilation;
};
FIELDS(MaxPoolBackward, dy, argmax, dx, rows, segments, height, width, channels, out_height, out_width, kernel_height, kernel_width, stride, padding, dilation)

/// Coordinates from first to last; none where last < first.
struct Range
{
    int first, last;

    DEVICE bool any() const { return first <= last; }
};

/// The taps of a window that fall inside the map, a dilation apart.
DEVICE Range taps(int window, int kernel, int extent, int stride, int padding, int dilation)
{
    const int start = window * stride - padding, end = start + (kernel - 1) * dilation;
    const int skipped = start < 0 ? (dilation - 1 - start) / dilation : 0, missed = end >= extent ? (end - extent) / dilation + 1 : 0;
    return {start + skipped * dilation, end - missed * dilation};
}

/// The windows that cover a coordinate; those whose taps step over it did not choose it.
DEVICE Range windows(int coordinate, int kernel, int count, int stride, int padding, int dilation)
{
    const int behind = coordinate + padding - dilation * (kernel - 1);
    return {behind <= 0 ? 0 : (behind + stride - 1) / stride, min(count - 1, (coordinate + padding) / stride)};
}

/// N consecutive ints: one, or a multiple of 16 bytes from an address that is aligned to 16.
template <int N>
DEVICE void load_ints(const int* source, int (&values)[N])
{
    const Floats<N> words = load<N>(reinterpret_cast<const float*>(source));
#pragma unroll
    for (int i = 0; i < N; i++)
        values[i] = __float_as_int(words[i]);
}

template <int N>
DEVICE void store_ints(int* target, const int (&values)[N])
{
    Floats<N> words;
#pragma unroll
    for (int i = 0; i < N; i++)
        words[i] = __int_as_float(values[i]);
    store<N>(reinterpret_cast<float*>(target), words);
}

/// The best values of a window and their positions.
template <int N>
struct Winners
{
    Floats<N> best;
    int position[N];

    DEVICE explicit Winners(int start)
    {
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            best[i] = __uint_as_float(0xff800000u);  // minus infinity
            position[i] = start;
        }
    }

    /// Written so that what is not a number wins against any number, and nothing wins against it.
    DEVICE void meet(const Floats<N>& values, int here)
    {
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            const bool wins = best[i] == best[i] && !(values[i] <= best[i]);
            best[i] = wins ? values[i] : best[i];
            position[i] = wins ? here : position[i];
        }
    }
};

/// Taps of a row that are loaded before the first of them is looked at.
constexpr int at_once = 3;

template <typename T, int N>
DEVICE void forward(const MaxPoolForward& args, const Place& place)
{
    const Range rows = taps(place.row, args.kernel_height, args.height, args.stride, args.padding, args.dilation);
    const Range columns = taps(place.column, args.kernel_width, args.width, args.stride, args.padding, args.dilation);
    const T* map = static_cast<const T*>(args.x) + place.image * args.height * args.width * args.channels + place.channel;
    Winners<N> winners(rows.any() && columns.any() ? rows.first * args.width + columns.first : -1);
    for (int h = rows.first; h <= rows.last; h += args.dilation)
        for (int w = columns.first; w <= columns.last; w += at_once * args.dilation)
        {
            // Behind the last tap it is taken again, and wins nothing.
            Floats<N> values[at_once];
            int position[at_once];
#pragma unroll
            for (int i = 0; i < at_once; i++)
            {
                position[i] = h * args.width + min(w + i * args.dilation, columns.last);
                values[i] = load<N>(map + static_cast<long long>(position[i]) * args.channels);
            }
#pragma unroll
            for (int i = 0; i < at_once; i++)
                winners.meet(values[i], position[i]);
        }
    store<N>(static_cast<T*>(args.y) + place.at, winners.best);
    if (args.argmax)
        store_ints(args.argmax + place.at, winners.position);
}

template <typename T, int N>
DEVICE void backward(const MaxPoolBackward& args, const Place& place)
{
    const Range rows = windows(place.row, args.kernel_height, args.out_height, args.stride, args.padding, args.dilation);
    const Range columns = windows(place.column, args.kernel_width, args.out_width, args.stride, args.padding, args.dilation);
    const int position = place.row * args.width + place.column;
    Floats<N> sum = {};
    for (int i = rows.first; i <= rows.last; i++)
#pragma unroll 2
        for (int j = columns.first; j <= columns.last; j++)
        {
            const long long at = ((place.image * args.out_height + i) * args.out_width + j) * args.channels + place.channel;
            const Floats<N> gradient = load<N>(static_cast<const T*>(args.dy) + at);
            int winner[N];
            load_ints(args.argmax + at, winner);
#pragma unroll
            for (int k = 0; k < N; k++)
                sum[k] += winner[k] == position ? gradient[k] : 0.0f;
        }
    store<N>(static_cast<T*>(args.dx) + place.at, sum);
}

template <typename T, int N>
DEVICE void forward(const MaxPoolForward& args)
{
    each_place<N>(args.rows, args.segments, args.out_height, args.out_width, args.channels, [&](const Place& place) { forward<T, N>(args, place); });
}

template <typename T, int N>
DEVICE void backward(const MaxPoolBackward& args)
{
    each_place<N>(args.rows, args.segments, args.height, args.width, args.channels, [&](const Place& place) { backward<T, N>(args, place); });
}

}  // namespace

KERNEL(max_pool_forward_f32, MaxPoolForward, threads) { forward<float, 1>(args); }
KERNEL(max_pool_forward_f32x4, MaxPoolForward, threads) { forward<float, 4>(args); }
KERNEL(max_pool_forward_bf16, MaxPoolForward, threads) { forward<bf16, 1>(args); }
KERNEL(max_pool_forward_bf16x8, MaxPoolForward, threads) { forward<bf16, 8>(args); }
KERNEL(max_pool_backward_f32, MaxPoolBackward, threads) { backward<float, 1>(args); }
KERNEL(max_pool_backward_f32x4, MaxPoolBackward, threads) { backward<float, 4>(args); }
KERNEL(max_pool_backward_bf16, MaxPoolBackward, threads) { backward<bf16, 1>(args); }
KERNEL(max_pool_backward_bf16x8, MaxPoolBackward, threads) { backward<bf16, 8>(args); }
