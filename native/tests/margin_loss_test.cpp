// margin_loss_test.cpp: distances of pairs, what they cost, and the slope of the boundary.
#include <cmath>

#include "common/fault.cuh"
#include "tests/kernel_test.h"

namespace
{

void distances(int n, const Buffer<float>& x, const Buffer<int>& positives, const Buffer<int>& negatives, const Buffer<float>& near_distances, const Buffer<float>& far_distances,
               const Buffer<int>& fault, int rows, int dimension, int blocks, Window window = {})
{
    launch(variant<float>("margin_loss_distances", n), blocks, 256, 0,
           {{"x", x}, {"positives", positives}, {"negatives", negatives}, {"positive_distances", near_distances}, {"negative_distances", far_distances}, {"fault", fault},
            {"pairs", positives.count()}, {"rows", rows}, {"dimension", dimension}, {"per_row", positives.count() / rows}, {"epsilon", 0.25f}},
           window);
}

void check(int n, int rows, int dimension, int per_row, int blocks)
{
    std::vector<int> positives(rows * per_row), negatives(positives.size());
    for (int place = 0; place < rows * per_row; place++)
    {
        positives[place] = place % 5 == 4 ? -1 : place * 3 % rows;
        negatives[place] = place % 7 == 6 ? -1 : (place * 5 + 1) % rows;
    }
    const Buffer<float> x = random<float>(1ll * rows * dimension), near_distances(rows * per_row), far_distances(rows * per_row);
    const Buffer<int> fault(4, 0);
    std::vector<float> expected[2];
    for (int place = 0; place < rows * per_row; place++)
        for (int side = 0; side < 2; side++)
        {
            const int a = place / per_row, b = positives[place] < 0 ? -1 : (side == 0 ? positives : negatives)[place];
            double square = 0.25;
            for (int i = 0; i < dimension && b >= 0; i++)
                square += std::pow(x[1ll * a * dimension + i] - x[1ll * b * dimension + i], 2);
            expected[side].push_back(static_cast<float>(b < 0 ? 0 : std::sqrt(square)));
        }
    distances(n, x, Buffer<int>(positives), Buffer<int>(negatives), near_distances, far_distances, fault, rows, dimension, blocks);
    near(near_distances, expected[0], 1e-5f);
    near(far_distances, expected[1], 1e-5f);
    CHECK_EQUAL(fault[0], 0);
}

/// Loss and slope, which were 1 before, then the factors.
std::vector<float> weigh(const std::vector<float>& near_values, const std::vector<float>& far_values, bool count_parts)
{
    const Buffer<float> near_distances(near_values), far_distances(far_values), beta(1, 1.0f), towards(near_distances.count()), away(near_distances.count()), loss(1, 1.0f), dbeta(1, 1.0f);
    launch("margin_loss_weigh", 1, 1024, 0,
           {{"positive_distances", near_distances}, {"negative_distances", far_distances}, {"beta", beta}, {"towards", towards}, {"away", away}, {"loss", loss}, {"dbeta", dbeta},
            {"pairs", near_distances.count()}, {"count_parts", count_parts ? 1 : 0}, {"margin", 0.25f}, {"weight", 2.0f}});
    std::vector<float> all = {loss[0], dbeta[0]};
    for (const Buffer<float>* factors : {&towards, &away})
        for (long long i = 0; i < factors->count(); i++)
            all.push_back((*factors)[i]);
    return all;
}

}  // namespace

TEST(every_distance)
{
    for (const int n : {1, 4})
    {
        check(n, 1, 4, 1, 1);
        check(n, 9, 132, 2, 3);
        check(n, 33, 36, 3, 2);
    }
    check(1, 5, 3, 2, 1);
}

TEST(costs_and_their_count)
{
    // Both parts cost; neither; no pair; a positive alone.
    const std::vector<float> positives = {1.25f, 0.5f, 0, 2}, negatives = {0.5f, 2, 0, 0};
    near(weigh(positives, negatives, false), {1 + 2.5f, 1 - 1, 0.8f, 0, 0, 0.5f, -2, 0, 0, 0}, 1e-6f);
    near(weigh(positives, negatives, true), {1 + 5.0f / 3, 1 - 2.0f / 3, 1.6f / 3, 0, 0, 1.0f / 3, -4.0f / 3, 0, 0, 0}, 1e-6f);
    near(weigh({0.1f}, {3}, false), {1, 1, 0, 0}, 0);
}

TEST(a_row_past_the_last_is_reported)
{
    const Buffer<float> x(2, 1.0f), near_distances(2), far_distances(2);
    const Buffer<int> positives(std::vector<int>{1, 2}), negatives(std::vector<int>{0, 0}), fault(4, 0);
    distances(1, x, positives, negatives, near_distances, far_distances, fault, 2, 1, 1);
    CHECK(fault.values() == std::vector<int>({margin_row, 1, 0, 2}));
    near(near_distances, {0.5f, 0}, 0);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, rows = (1 << 19) + 4;
    for (const int n : {1, 4})
    {
        Buffer<float> x(1ll * rows * dimension), near_distances(rows), far_distances(rows);
        Buffer<int> positives(rows), negatives(rows), fault(4, 0);
        for (int row = rows - 4; row < rows; row++)
        {
            positives.set(row, rows - 1);
            negatives.set(row, -1);
            for (int i = 0; i < dimension; i++)
                x.set(1ll * row * dimension + i, static_cast<float>(row - rows));
        }
        const int blocks = 2 * rows / 8;
        distances(n, x, positives, negatives, near_distances, far_distances, fault, rows, dimension, blocks, {blocks - 1ull, 1});
        near({near_distances[rows - 4]}, {std::sqrt(9.0f * dimension + 0.25f)}, 1e-5f);
    }
}
