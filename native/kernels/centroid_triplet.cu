// centroid_triplet.cu: the prototype that faces each slot of an identity, and its gradient.
//   p[c,k] = mean over j != k, slot (c,j) real, of x[c,j];  0 and no member unless slot (c,k) is real and has such another
//   dx[c,j] += sum over k != j, (c,k) a member, of dp[c,k] / (reals of c - 1), for real (c,j)
// x, dx, p, dp [count, D] f32, the slots of an identity one after another; real [count] int32 or null: all; members [count] int32
// Distances and losses of queries and prototypes are batch_hard.cu and pair_gradient.cu.
// launch: one dimension, 256 threads, a thread takes a pack of N = 4 (f32x4) or 1 dimensions of an identity and strides over the grid
// moves: 4 D bytes a slot read and as many written, the slots of an identity again from the caches: bandwidth bound
// deterministic: slots are added in their order
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;

struct CentroidPrototypes
{
    const float* x;
    const int* real;  // null: all
    float* prototypes;
    int* members;
    int identities, slots, packs;
};
FIELDS(CentroidPrototypes, x, real, prototypes, members, identities, slots, packs)

struct CentroidBackward
{
    const float* dprototypes;
    const int* real;  // null: all
    const int* members;
    float* dx;
    int identities, slots, packs;
};
FIELDS(CentroidBackward, dprototypes, real, members, dx, identities, slots, packs)

DEVICE bool is_real(const int* real, long long slot) { return real == nullptr || real[slot] != 0; }

DEVICE int count_real(const int* real, long long first, int slots)
{
    int count = 0;
    for (int slot = 0; slot < slots; slot++)
        count += is_real(real, first + slot) ? 1 : 0;
    return count;
}

/// sum += factor times the pack of each slot but one for which counts(slot).
template <int N, typename Counts>
DEVICE void add_others(Floats<N>& sum, const float* values, float factor, long long first, int slots, int packs, long long pack, long long but, Counts counts)
{
    for (long long slot = first; slot < first + slots; slot++)
    {
        if (slot == but || !counts(slot))
            continue;
        const Floats<N> other = load<N>(values + (slot * packs + pack) * N);
#pragma unroll
        for (int i = 0; i < N; i++)
            sum[i] = fmaf(factor, other[i], sum[i]);
    }
}

template <int N>
DEVICE void prototypes(const CentroidPrototypes& args)
{
    const long long items = static_cast<long long>(args.identities) * args.packs;
    for (long long item = grid_thread(); item < items; item += grid_threads())
    {
        const long long first = item / args.packs * args.slots, pack = item % args.packs;
        const int reals = count_real(args.real, first, args.slots);
        for (long long slot = first; slot < first + args.slots; slot++)
        {
            const bool member = is_real(args.real, slot) && reals >= 2;
            Floats<N> mean = {};
            if (member)
                add_others<N>(mean, args.x, 1.0f / (reals - 1), first, args.slots, args.packs, pack, slot, [&](long long other) { return is_real(args.real, other); });
            store<N>(args.prototypes + (slot * args.packs + pack) * N, mean);
            if (pack == 0)
                args.members[slot] = member ? 1 : 0;
        }
    }
}

template <int N>
DEVICE void backward(const CentroidBackward& args)
{
    const long long items = static_cast<long long>(args.identities) * args.packs;
    for (long long item = grid_thread(); item < items; item += grid_threads())
    {
        const long long first = item / args.packs * args.slots, pack = item % args.packs;
        const int reals = count_real(args.real, first, args.slots);
        for (long long slot = first; slot < first + args.slots && reals >= 2; slot++)
        {
            if (!is_real(args.real, slot))
                continue;
            float* target = args.dx + (slot * args.packs + pack) * N;
            Floats<N> sum = load<N>(target);
            add_others<N>(sum, args.dprototypes, 1.0f / (reals - 1), first, args.slots, args.packs, pack, slot, [&](long long other) { return args.members[other] != 0; });
            store<N>(target, sum);
        }
    }
}

}  // namespace

KERNEL(centroid_triplet_prototypes_f32, CentroidPrototypes, threads) { prototypes<1>(args); }
KERNEL(centroid_triplet_prototypes_f32x4, CentroidPrototypes, threads) { prototypes<4>(args); }
KERNEL(centroid_triplet_backward_f32, CentroidBackward, threads) { backward<1>(args); }
KERNEL(centroid_triplet_backward_f32x4, CentroidBackward, threads) { backward<4>(args); }
