// elementwise.cu: y = alpha x + beta y, and y = x factors (f32).
// x, y: any shape, f32 or bf16, both of one type. With beta = 0 the old y is not read: it may hold anything.
// launch: one dimension, 256 threads, a thread takes N consecutive values at a time and strides over the grid
// moves: 3 count s bytes, 2 count s with beta = 0 (s = 2 or 4): bandwidth bound; [256,56,56,256] bf16: 1.23 GB, 0.26 ms
//        at the 4.8 TB/s of an H200's datasheet, 0.29 ms at the 4.3 TB/s of a copy
// deterministic: every element by itself
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;

struct AddScaled
{
    const void* x;
    void* y;
    long long packs;  // count / N; a scalar variant takes what does not divide
    float alpha;
    float beta;
};
FIELDS(AddScaled, x, y, packs, alpha, beta)

struct Multiply
{
    const float* x;
    const float* factors;
    float* y;
    long long packs;
};
FIELDS(Multiply, x, factors, y, packs)

template <int N>
DEVICE void multiply(const Multiply& args)
{
    for (long long pack = grid_thread(); pack < args.packs; pack += grid_threads())
    {
        Floats<N> values = load<N>(args.x + pack * N);
        const Floats<N> factors = load<N>(args.factors + pack * N);
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] *= factors[i];
        store<N>(args.y + pack * N, values);
    }
}

template <typename T, int N>
DEVICE void add_scaled(const AddScaled& args)
{
    const T* x = static_cast<const T*>(args.x);
    T* y = static_cast<T*>(args.y);
    for (long long pack = grid_thread(); pack < args.packs; pack += grid_threads())
    {
        Floats<N> values = load<N>(x + pack * N), old;
        if (args.beta != 0.0f)
            old = load<N>(y + pack * N);
#pragma unroll
        for (int i = 0; i < N; i++)
        {
            values[i] *= args.alpha;
            if (args.beta != 0.0f)
                values[i] = fmaf(args.beta, old[i], values[i]);
        }
        store<N>(y + pack * N, values);
    }
}

}  // namespace

KERNEL(add_scaled_f32, AddScaled, threads) { add_scaled<float, 1>(args); }
KERNEL(add_scaled_f32x4, AddScaled, threads) { add_scaled<float, 4>(args); }
KERNEL(add_scaled_bf16, AddScaled, threads) { add_scaled<bf16, 1>(args); }
KERNEL(add_scaled_bf16x8, AddScaled, threads) { add_scaled<bf16, 8>(args); }
KERNEL(multiply_f32, Multiply, threads) { multiply<1>(args); }
KERNEL(multiply_f32x4, Multiply, threads) { multiply<4>(args); }
