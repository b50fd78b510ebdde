// pair_gradient_test.cpp: what pairs of rows give to the gradient of each.
#include "tests/kernel_test.h"

namespace
{

void gradient(int n, const Buffer<float>& x, const float* prototypes, const Buffer<int>& positives, const Buffer<int>& negatives, const Buffer<float>& towards,
              const Buffer<float>& away, const Buffer<float>& dx, float* dprototypes, int count, int rows, int per_row, int dimension, bool cosine, int blocks, Window window = {})
{
    launch(variant<float>("pair_gradient", n), blocks, 256, 0,
           {{"x", x}, {"prototypes", prototypes}, {"positives", positives}, {"negatives", negatives}, {"towards", towards}, {"away", away}, {"dx", dx},
            {"dprototypes", dprototypes}, {"count", count}, {"rows", rows}, {"per_row", per_row}, {"packs", dimension / n}, {"cosine", cosine ? 1 : 0}},
           window);
}

void check(int n, int count, bool with_prototypes, int per_row, int dimension, bool cosine, int blocks)
{
    const int rows = with_prototypes ? 2 * count : count, places = rows * per_row;
    std::vector<int> near_rows(places), far_rows(places);
    std::vector<float> near_factors = random_floats(places, 3), far_factors = random_floats(places, 4);
    for (int place = 0; place < places; place++)
    {
        near_rows[place] = place % 3 == 2 ? -1 : place * 5 % rows;
        far_rows[place] = (place * 7 + 1) % rows;
        if (near_rows[place] < 0)
            near_factors[place] = 0;
    }
    const std::vector<float> values = random_floats(1ll * rows * dimension, 6);
    const Buffer<float> x(std::vector<float>(values.begin(), values.begin() + 1ll * count * dimension));
    const Buffer<float> prototypes(std::vector<float>(values.begin() + x.count(), values.end()));
    std::vector<float> sums(values.size());
    for (long long i = 0; i < x.count(); i++)
        sums[i] = 0.5f;
    for (int place = 0; place < places; place++)
        for (int side = 0; side < 2; side++)
        {
            const int a = place / per_row, b = (side == 0 ? near_rows : far_rows)[place];
            const float factor = (side == 0 ? near_factors : far_factors)[place];
            for (int i = 0; i < dimension && factor != 0; i++)
            {
                const float left = values[1ll * a * dimension + i], right = values[1ll * b * dimension + i];
                sums[1ll * a * dimension + i] += factor * (cosine ? -right : left - right);
                sums[1ll * b * dimension + i] += factor * (cosine ? -left : right - left);
            }
        }
    const Buffer<float> dx(x.count(), 0.5f), dprototypes(prototypes.count());
    gradient(n, x, with_prototypes ? prototypes.data() : nullptr, Buffer<int>(near_rows), Buffer<int>(far_rows), Buffer<float>(near_factors), Buffer<float>(far_factors), dx,
             with_prototypes ? dprototypes.data() : nullptr, count, rows, per_row, dimension, cosine, blocks);
    near(dx, std::vector<float>(sums.begin(), sums.begin() + x.count()), 1e-5f);
    near(dprototypes, std::vector<float>(sums.begin() + x.count(), sums.end()), 1e-5f);
}

}  // namespace

TEST(every_pair)
{
    for (const int n : {1, 4})
        for (const bool cosine : {false, true})
        {
            check(n, 1, false, 1, 4, cosine, 1);
            check(n, 9, false, 1, 132, cosine, 2);
            check(n, 33, false, 1, 8, cosine, 3);
            check(n, 12, true, 1, 36, cosine, 3);
            check(n, 11, false, 3, 32, cosine, 2);
        }
    check(1, 5, true, 2, 3, false, 1);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, count = (1 << 19) + 1;
    for (const int n : {1, 4})
    {
        Buffer<float> x(1ll * count * dimension), dx(1ll * count * dimension);
        for (int i = 0; i < dimension; i++)
        {
            x.set(i, 1);
            x.set(1ll * (count - 1) * dimension + i, 3);
            dx.set(1ll * (count - 1) * dimension + i, 0);
        }
        Buffer<int> positives(count, -1), negatives(count, -1);
        Buffer<float> towards(count, 0.0f), away(count, 0.0f);
        positives.set(count - 1, 0);
        towards.set(count - 1, 0.5f);
        const unsigned long long warps = 1ull * count * (dimension / n / 32), blocks = (warps + 7) / 8;
        gradient(n, x, nullptr, positives, negatives, towards, away, dx, nullptr, count, count, 1, dimension, false, static_cast<int>(blocks), {blocks - 1, 1});
        CHECK_EQUAL(dx[dx.count() - 1], 1.0f);
    }
}
