// optimizers.cu: one step of SGD with momentum, Adam or AdamW over all tensors in one launch.
//   SGD    g' = g + decay w          b = momentum b + g' (b = g' in the first step, which does not read b)
//          w -= rate b, or rate (g' + momentum b) with Nesterov
//   Adam   g' = g + decay w          m = beta1 m + rest1 g'      v = beta2 v + rest2 g'^2
//          w = keep w - rate m / (sqrt(second_scale v) + epsilon)
// The host folds the step's bias corrections into rate and second_scale, and AdamW's decay into keep (then decay = 0): all
// that changes from step to step stands in the table, so a captured launch can be replayed after an upload of it.
// rows [tensors]: OptimizerRow; starts [tensors + 1]: chunks before each tensor. All tensors f32 of any length and alignment:
// 16-byte body where a tensor's arrays are misaligned alike, else single elements. working, where given: w rounded to bf16 in
// the same pass, for networks that compute in bf16 over f32 masters.
// launch: a block of 256 threads for each chunk of 4,096 elements
// moves: SGD 20 bytes a parameter (first step 16), Adam 28, and 2 more for a bf16 copy: bandwidth bound. ResNet-50, 25.6 M
//   parameters: SGD 512 MB, 119 us at 4.3 TB/s (107 at 4.8); Adam 717 MB, 167 us (149)
// deterministic: every element by itself
#include "common/tensor_table.cuh"

namespace
{

constexpr int threads = 256;

struct OptimizerRow
{
    float* weights;
    const float* gradient;
    float* momentum;
    float* second_moment;
    bf16* working;  // null: no copy
    long long count;
    float rate;
    float decay;
    float keep;
    float second_scale;
};
FIELDS(OptimizerRow, weights, gradient, momentum, second_moment, working, count, rate, decay, keep, second_scale)

struct SgdUpdate
{
    const OptimizerRow* rows;
    const long long* starts;
    int tensors;
    int first;
    int nesterov;
    float momentum;
};
FIELDS(SgdUpdate, rows, starts, tensors, first, nesterov, momentum)

struct AdamUpdate
{
    const OptimizerRow* rows;
    const long long* starts;
    int tensors;
    float beta1;
    float rest1;
    float beta2;
    float rest2;
    float epsilon;
};
FIELDS(AdamUpdate, rows, starts, tensors, beta1, rest1, beta2, rest2, epsilon)

DEVICE unsigned bf16_pair(float low, float high) { return bf16_bits(low) | (static_cast<unsigned>(bf16_bits(high)) << 16); }

template <int N>
DEVICE void store_working(bf16* target, const Floats<N>& values)
{
    if constexpr (N == 1)
        from_float(values[0], *target);
    else
    {
        struct alignas(8) Pair
        {
            unsigned low, high;
        };
        *reinterpret_cast<Pair*>(target) = {bf16_pair(values[0], values[1]), bf16_pair(values[2], values[3])};
    }
}

struct Sgd
{
    const SgdUpdate& args;
    const OptimizerRow& row;

    template <int N>
    DEVICE void at(long long i) const
    {
        Floats<N> w = load<N>(row.weights + i), step = load<N>(row.gradient + i), buffer = {};
        if (!args.first)
            buffer = load<N>(row.momentum + i);
#pragma unroll
        for (int j = 0; j < N; j++)
        {
            const float g = fmaf(row.decay, w[j], step[j]);
            buffer[j] = args.first ? g : fmaf(args.momentum, buffer[j], g);
            w[j] -= row.rate * (args.nesterov ? fmaf(args.momentum, buffer[j], g) : buffer[j]);
        }
        store<N>(row.momentum + i, buffer);
        store<N>(row.weights + i, w);
        if (row.working)
            store_working<N>(row.working + i, w);
    }
};

struct Adam
{
    const AdamUpdate& args;
    const OptimizerRow& row;

    template <int N>
    DEVICE void at(long long i) const
    {
        Floats<N> w = load<N>(row.weights + i), m = load<N>(row.momentum + i), v = load<N>(row.second_moment + i);
        const Floats<N> gradient = load<N>(row.gradient + i);
#pragma unroll
        for (int j = 0; j < N; j++)
        {
            const float g = fmaf(row.decay, w[j], gradient[j]);
            m[j] = fmaf(args.beta1, m[j], args.rest1 * g);
            v[j] = fmaf(args.beta2, v[j], args.rest2 * (g * g));
            w[j] = w[j] * row.keep - row.rate * m[j] / (sqrtf(v[j] * row.second_scale) + args.epsilon);
        }
        store<N>(row.momentum + i, m);
        store<N>(row.second_moment + i, v);
        store<N>(row.weights + i, w);
        if (row.working)
            store_working<N>(row.working + i, w);
    }
};

/// Elements before a tensor's 16-byte body; a whole chunk where its arrays are not misaligned alike.
DEVICE int head_of(const OptimizerRow& row)
{
    const int head = elements_to_alignment(row.weights);
    const bool alike = elements_to_alignment(row.gradient) == head && elements_to_alignment(row.momentum) == head &&
                       elements_to_alignment(row.second_moment) == (row.second_moment ? head : 0) &&
                       elements_to_alignment(row.working) == (row.working ? head : 0);
    return alike ? head : chunk_length;
}

template <typename Rule, typename Args>
DEVICE void update(const Args& args)
{
    const Chunk chunk = block_chunk(args.rows, args.starts, args.tensors);
    const OptimizerRow row = args.rows[chunk.tensor];
    each_element(Rule{args, row}, chunk.first, chunk.end, head_of(row));
}

}  // namespace

KERNEL(sgd_update, SgdUpdate, threads) { update<Sgd>(args); }
KERNEL(adam_update, AdamUpdate, threads) { update<Adam>(args); }
