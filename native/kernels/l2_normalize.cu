// l2_normalize.cu: L2 normalisation of rows, forward and backward.
//   y = x / (|x| + epsilon), |x| saved                   a zero row stays zero
//   dx = dy / s - y (y . dy) / |x|,  s = |x| + epsilon   where |x| > 0, else dy / s (0 where s is 0)
// x, y, dy, dx [rows, D] f32; norms [rows] f32 (forward: or none); epsilon >= 0. y may be x; dx may be dy.
// launch: as common/rows.cuh says, N = 4 (f32x4) or 1
// moves: forward reads and writes 4 rows D bytes, backward reads twice and writes once as much; rows of more than 2,048
//   packs are read a second time through the caches. Bandwidth bound. Floor at the 4.3 TB/s of a copy on an H200: training
//   [256,2048] 2.1 MB, 1 and 1.5 us, less than a launch; a gallery [1000000,512] 2 GB, 0.95 ms forward
// deterministic: sums in an order that D determines, no atomics
#include "common/rows.cuh"

namespace
{

struct L2Forward
{
    const float* x;
    float* y;
    float* norms;  // or null
    float epsilon;
    int rows, packs, lanes;
};
FIELDS(L2Forward, x, y, norms, epsilon, rows, packs, lanes)

struct L2Backward
{
    const float* y;
    const float* norms;
    const float* dy;
    float* dx;
    float epsilon;
    int rows, packs, lanes;
};
FIELDS(L2Backward, y, norms, dy, dx, epsilon, rows, packs, lanes)

/// Stores of the thread's packs what make(i) gives for the i-th of the batch.
template <int N, typename Make>
DEVICE void write_row(const RowPlace& place, float* row, int first, Make make)
{
#pragma unroll
    for (int i = 0; i < row_batch; i++)
        if (first + i * place.lanes < place.packs)
            store<N>(row + static_cast<long long>(first + i * place.lanes) * N, make(i));
}

/// sum += a . b over the thread's packs of a batch.
template <int N>
DEVICE void add_products(const RowPlace& place, int first, const Floats<N> (&a)[row_batch], const Floats<N> (&b)[row_batch], float& sum)
{
#pragma unroll
    for (int i = 0; i < row_batch; i++)
        if (first + i * place.lanes < place.packs)
#pragma unroll
            for (int j = 0; j < N; j++)
                sum = fmaf(a[i][j], b[i][j], sum);
}

template <int N>
DEVICE void forward(const L2Forward& args)
{
    const RowPlace place(args.rows, args.packs, args.lanes);
    const long long begin = place.row * args.packs * N;
    Floats<N> x[row_batch];
    float square = 0.0f;
    for (int first = place.lane; first < place.packs; first += place.stride())
    {
        read_row(place, args.x + begin, first, x);
        add_products(place, first, x, x, square);
    }
    const float norm = sqrtf(place.sum(square)), sum = norm + args.epsilon;
    if (place.lane == 0 && place.row < args.rows && args.norms)
        args.norms[place.row] = norm;
    const float factor = sum == 0.0f ? 0.0f : 1.0f / sum;
    for (int first = place.lane; first < place.packs; first += place.stride())
    {
        if (place.stride() < place.packs)
            read_row(place, args.x + begin, first, x);
        write_row<N>(place, args.y + begin, first, [&](int i) {
            Floats<N> y;
#pragma unroll
            for (int j = 0; j < N; j++)
                y[j] = factor * x[i][j];
            return y;
        });
    }
}

template <int N>
DEVICE void backward(const L2Backward& args)
{
    const RowPlace place(args.rows, args.packs, args.lanes);
    const long long begin = place.row * args.packs * N;
    Floats<N> y[row_batch], dy[row_batch];
    float dot = 0.0f;
    for (int first = place.lane; first < place.packs; first += place.stride())
    {
        read_row(place, args.y + begin, first, y);
        read_row(place, args.dy + begin, first, dy);
        add_products(place, first, y, dy, dot);
    }
    dot = place.sum(dot);
    const float norm = place.row < args.rows ? args.norms[place.row] : 0.0f, sum = norm + args.epsilon;
    const float factor = sum > 0.0f ? 1.0f / sum : 0.0f, along = norm > 0.0f ? dot / norm : 0.0f;
    for (int first = place.lane; first < place.packs; first += place.stride())
    {
        if (place.stride() < place.packs)
        {
            read_row(place, args.y + begin, first, y);
            read_row(place, args.dy + begin, first, dy);
        }
        write_row<N>(place, args.dx + begin, first, [&](int i) {
            Floats<N> dx;
#pragma unroll
            for (int j = 0; j < N; j++)
                dx[j] = fmaf(-along, y[i][j], factor * dy[i][j]);
            return dx;
        });
    }
}

}  // namespace

KERNEL(l2_normalize_forward_f32, L2Forward, row_threads) { forward<1>(args); }
KERNEL(l2_normalize_forward_f32x4, L2Forward, row_threads) { forward<4>(args); }
KERNEL(l2_normalize_backward_f32, L2Backward, row_threads) { backward<1>(args); }
KERNEL(l2_normalize_backward_f32x4, L2Backward, row_threads) { backward<4>(args); }
