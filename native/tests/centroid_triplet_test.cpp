// centroid_triplet_test.cpp: prototypes of identities with missing slots, and their gradient.
#include "tests/kernel_test.h"

namespace
{

void prototypes(int n, const Buffer<float>& x, const int* real, const Buffer<float>& means, const Buffer<int>& members, int identities, int slots, int dimension, int blocks,
                Window window = {})
{
    launch(variant<float>("centroid_triplet_prototypes", n), blocks, 256, 0,
           {{"x", x}, {"real", real}, {"prototypes", means}, {"members", members}, {"identities", identities}, {"slots", slots}, {"packs", dimension / n}}, window);
}

void backward(int n, const Buffer<float>& dmeans, const int* real, const Buffer<int>& members, const Buffer<float>& dx, int identities, int slots, int dimension, int blocks,
              Window window = {})
{
    launch(variant<float>("centroid_triplet_backward", n), blocks, 256, 0,
           {{"dprototypes", dmeans}, {"real", real}, {"members", members}, {"dx", dx}, {"identities", identities}, {"slots", slots}, {"packs", dimension / n}}, window);
}

/// Slots of an identity that are filled: all, all but one, ..., none, all, ...
void check(int n, int identities, int slots, int dimension, bool padded, int blocks)
{
    const int count = identities * slots;
    std::vector<int> filled(count, 1);
    for (int slot = 0; slot < count && padded; slot++)
        filled[slot] = slot % slots < slots - slot / slots % (slots + 1);
    const Buffer<int> real(filled), members(count);
    const Buffer<float> x = random<float>(1ll * count * dimension), means(x.count()), dmeans = random<float>(x.count(), 2), dx(x.count(), 2.0f);
    std::vector<float> expected(x.count()), gradient(x.count(), 2.0f);
    std::vector<int> taking_part(count);
    for (int slot = 0; slot < count; slot++)
    {
        const int first = slot / slots * slots;
        int reals = 0;
        for (int other = first; other < first + slots; other++)
            reals += filled[other];
        taking_part[slot] = filled[slot] && reals >= 2;
        for (int other = first; other < first + slots && taking_part[slot]; other++)
            for (int i = 0; i < dimension && other != slot && filled[other]; i++)
            {
                expected[1ll * slot * dimension + i] += x[1ll * other * dimension + i] / (reals - 1);
                gradient[1ll * other * dimension + i] += dmeans[1ll * slot * dimension + i] / (reals - 1);
            }
    }
    prototypes(n, x, padded ? real.data() : nullptr, means, members, identities, slots, dimension, blocks);
    near(means, expected, 1e-5f);
    CHECK(members.values() == taking_part);
    backward(n, dmeans, padded ? real.data() : nullptr, members, dx, identities, slots, dimension, blocks);
    near(dx, gradient, 1e-5f);
}

}  // namespace

TEST(every_identity)
{
    for (const int n : {1, 4})
        for (const bool padded : {false, true})
        {
            check(n, 1, 2, 4, padded, 1);
            check(n, 7, 4, 132, padded, 2);
            check(n, 5, 3, 32, padded, 1);
        }
    check(1, 4, 2, 3, true, 1);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, identities = (1 << 18) + 1, count = 2 * identities;
    for (const int n : {1, 4})
    {
        Buffer<float> x(1ll * count * dimension), means(1ll * count * dimension);
        const Buffer<int> members(count);
        for (int i = 0; i < 2 * dimension; i++)
            x.set(x.count() - 1 - i, i < dimension ? 5 : 3);
        const unsigned long long blocks = 1ull * identities * (dimension / n) / 256;
        // The block of the last packs, and that of the first, which says who takes part.
        prototypes(n, x, nullptr, means, members, identities, 2, dimension, static_cast<int>(blocks), {blocks - dimension / n / 256, static_cast<unsigned long long>(dimension / n / 256)});
        CHECK_EQUAL(means[means.count() - 1], 3.0f);
        backward(n, means, nullptr, members, x, identities, 2, dimension, static_cast<int>(blocks), {blocks - 1, 1});
        CHECK_EQUAL(x[x.count() - 1], 10.0f);
    }
}
