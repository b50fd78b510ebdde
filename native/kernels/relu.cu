// relu.cu: the rectifier, forward and backward.
//   y = max(x, 0), what is not a number stays so          dx = dy where y > 0, else 0
// x, y, dy, dx: any shape, f32 or bf16, all of one type. y may be x; dx may be dy.
// launch: one dimension, 256 threads, a thread takes N consecutive values at a time and strides over the grid
// moves: 2 count s bytes forward, 3 count s backward (s = 2 or 4): bandwidth bound; [256,56,56,256] bf16: 0.82 GB and
//        1.23 GB, 0.17 ms and 0.26 ms at the 4.8 TB/s of an H200's datasheet, 0.19 ms and 0.29 ms at the 4.3 TB/s of a copy
// deterministic: every element by itself
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;

struct ReluForward
{
    const void* x;
    void* y;
    long long packs;  // count / N; a scalar variant takes what does not divide
};
FIELDS(ReluForward, x, y, packs)

struct ReluBackward
{
    const void* y;
    const void* dy;
    void* dx;
    long long packs;
};
FIELDS(ReluBackward, y, dy, dx, packs)

template <typename T, int N>
DEVICE void forward(const ReluForward& args)
{
    const T* x = static_cast<const T*>(args.x);
    T* y = static_cast<T*>(args.y);
    for (long long pack = grid_thread(); pack < args.packs; pack += grid_threads())
    {
        Floats<N> values = load<N>(x + pack * N);
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] = values[i] <= 0.0f ? 0.0f : values[i];
        store<N>(y + pack * N, values);
    }
}

template <typename T, int N>
DEVICE void backward(const ReluBackward& args)
{
    const T* y = static_cast<const T*>(args.y);
    const T* dy = static_cast<const T*>(args.dy);
    T* dx = static_cast<T*>(args.dx);
    for (long long pack = grid_thread(); pack < args.packs; pack += grid_threads())
    {
        const Floats<N> output = load<N>(y + pack * N);
        Floats<N> gradient = load<N>(dy + pack * N);
#pragma unroll
        for (int i = 0; i < N; i++)
            gradient[i] = output[i] > 0.0f ? gradient[i] : 0.0f;
        store<N>(dx + pack * N, gradient);
    }
}

}  // namespace

KERNEL(relu_forward_f32, ReluForward, threads) { forward<float, 1>(args); }
KERNEL(relu_forward_f32x4, ReluForward, threads) { forward<float, 4>(args); }
KERNEL(relu_forward_bf16, ReluForward, threads) { forward<bf16, 1>(args); }
KERNEL(relu_forward_bf16x8, ReluForward, threads) { forward<bf16, 8>(args); }
KERNEL(relu_backward_f32, ReluBackward, threads) { backward<float, 1>(args); }
KERNEL(relu_backward_f32x4, ReluBackward, threads) { backward<float, 4>(args); }
KERNEL(relu_backward_bf16, ReluBackward, threads) { backward<bf16, 1>(args); }
KERNEL(relu_backward_bf16x8, ReluBackward, threads) { backward<bf16, 8>(args); }
