// fold_weights.cu: a frozen normalisation's scale, folded into the convolution's weights.
// y[k,r,s,c] = scale[k] * w[k,r,s,c], rounded to y's type
// w [K,R,S,C] f32 or bf16, scale [K] f32, y [K,R,S,C] f32 or bf16; y may be w where both are of one type
// launch: a block a filter, 128 threads, a thread takes N consecutive values at a time
// moves: K*R*S*C (s_w + s_y) bytes: bandwidth bound; the largest of ResNet-50, [512,3,3,512] f32 to bf16: 14 MB,
//        3 us at the 4.8 TB/s of an H200's datasheet: launches cost as much
// deterministic: every element by itself
#include "common/types.cuh"

namespace
{

constexpr int threads = 128;

struct FoldWeights
{
    const void* w;
    const float* scale;
    void* y;
    long long packs;  // of a filter, N values each
};
FIELDS(FoldWeights, w, scale, y, packs)

template <typename From, typename To, int N>
DEVICE void fold(const FoldWeights& args)
{
    const long long first = static_cast<long long>(blockIdx.x) * args.packs;
    const From* w = static_cast<const From*>(args.w) + first * N;
    To* y = static_cast<To*>(args.y) + first * N;
    const float scale = args.scale[blockIdx.x];
    for (long long pack = threadIdx.x; pack < args.packs; pack += threads)
    {
        Floats<N> values = load<N>(w + pack * N);
#pragma unroll
        for (int i = 0; i < N; i++)
            values[i] *= scale;
        store<N>(y + pack * N, values);
    }
}

}  // namespace

KERNEL(fold_weights_f32, FoldWeights, threads) { fold<float, float, 1>(args); }
KERNEL(fold_weights_f32x4, FoldWeights, threads) { fold<float, float, 4>(args); }
KERNEL(fold_weights_bf16, FoldWeights, threads) { fold<bf16, bf16, 1>(args); }
KERNEL(fold_weights_bf16x8, FoldWeights, threads) { fold<bf16, bf16, 8>(args); }
KERNEL(fold_weights_narrow_bf16, FoldWeights, threads) { fold<float, bf16, 1>(args); }
KERNEL(fold_weights_narrow_bf16x8, FoldWeights, threads) { fold<float, bf16, 8>(args); }
