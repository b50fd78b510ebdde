// cast.cu: between float32 and bfloat16.
// narrow: y = x rounded to the nearest bfloat16, ties to even, what is not a number stays so;   widen: y = x
// x, y: any shape of as many elements, one f32 and one bf16
// launch: one dimension, 256 threads, a thread takes N consecutive values at a time and strides over the grid
// moves: 6 count bytes: bandwidth bound; [256,56,56,256]: 1.23 GB, 0.26 ms at the 4.8 TB/s of an H200's datasheet,
//        0.29 ms at the 4.3 TB/s of a copy
// deterministic: every element by itself
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;

struct Cast
{
    const void* x;
    void* y;
    long long packs;  // count / N; a scalar variant takes what does not divide
};
FIELDS(Cast, x, y, packs)

template <typename From, typename To, int N>
DEVICE void cast(const Cast& args)
{
    const From* x = static_cast<const From*>(args.x);
    To* y = static_cast<To*>(args.y);
    for (long long pack = grid_thread(); pack < args.packs; pack += grid_threads())
        store<N>(y + pack * N, load<N>(x + pack * N));
}

}  // namespace

KERNEL(cast_narrow_bf16, Cast, threads) { cast<float, bf16, 1>(args); }
KERNEL(cast_narrow_bf16x8, Cast, threads) { cast<float, bf16, 8>(args); }
KERNEL(cast_widen_bf16, Cast, threads) { cast<bf16, float, 1>(args); }
KERNEL(cast_widen_bf16x8, Cast, threads) { cast<bf16, float, 8>(args); }
