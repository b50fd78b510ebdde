// contrastive_loss_test.cpp: loss and gradient, and labels out of place.
#include <algorithm>
#include <cmath>

#include "tests/tuples.h"

namespace
{

constexpr float epsilon = 1e-3f;

void tuples(int n, const Buffer<float>& x, const Buffer<int>& labels, float margin, const Buffer<float>& losses, const Buffer<float>& dx, Window window = {})
{
    launch(variant<float>("contrastive_loss_tuples", n), labels.count(), tuple_threads, 0,
           {{"x", x}, {"labels", labels}, {"losses", losses}, {"dx", dx}, {"margin", margin}, {"epsilon", epsilon}, {"rows", labels.count()}, {"dimension", x.count() / labels.count()}},
           window);
}

float total(const Buffer<int>& labels, const Buffer<float>& losses)
{
    const Buffer<float> loss(1);
    const Buffer<int> fault(4, 0);
    launch("contrastive_loss_total", 1, tuple_threads, 0, {{"labels", labels}, {"losses", losses}, {"loss", loss}, {"fault", fault}, {"rows", labels.count()}});
    CHECK_EQUAL(fault[0], 0);
    return loss[0];
}

void check(int n, const std::vector<int>& lengths, int dimension)
{
    const Buffer<int> labels(tuple_labels(lengths));
    const int rows = static_cast<int>(labels.count());
    const float margin = std::sqrt(dimension * 2 / 3.0f);
    const Buffer<float> x = random<float>(1ll * rows * dimension, 3), dx(x.count()), losses(rows);
    std::vector<float> expected(x.count());
    double cost = 0;
    for (int row = 0, query = 0; row < rows; row++)
    {
        if (labels[row] == query_label)
        {
            query = row;
            continue;
        }
        const auto difference = [&](int i) { return static_cast<double>(x[1ll * query * dimension + i]) - x[1ll * row * dimension + i] + epsilon; };
        double square = 0;
        for (int i = 0; i < dimension; i++)
            square += difference(i) * difference(i);
        const double distance = std::sqrt(square), shortfall = std::max(margin - distance, 0.0);
        const bool positive = labels[row] == positive_label;
        cost += 0.5 * (positive ? square : shortfall * shortfall);
        for (int i = 0; i < dimension; i++)
        {
            const float slope = static_cast<float>((positive ? 1 : -shortfall / distance) * difference(i));
            expected[1ll * query * dimension + i] += slope;
            expected[1ll * row * dimension + i] -= slope;
        }
    }
    tuples(n, x, labels, margin, losses, dx);
    near(dx, expected, 1e-5f);
    near({total(labels, losses)}, {static_cast<float>(cost)}, 1e-5f);
}

}  // namespace

TEST(every_tuple)
{
    for (const std::vector<int>& lengths : tuple_lengths())
        for (const int dimension : {1, 3, 31, 33, 128})
            check(1, lengths, dimension);
    for (const std::vector<int>& lengths : tuple_lengths())
        for (const int dimension : {4, 32, 132, 1028})
            check(4, lengths, dimension);
}

TEST(what_is_ignored_costs_nothing)
{
    const Buffer<int> labels({query_label, positive_label, ignored_label, query_label, ignored_label});
    const Buffer<float> x(std::vector<float>{1, 3, NAN, 5, 5}), dx(5), losses(5);
    tuples(1, x, labels, 9, losses, dx);
    near(dx, {-2 + epsilon, 2 - epsilon, 0, 0, 0}, 1e-6f);
    near({total(labels, losses)}, {0.5f * (2 - epsilon) * (2 - epsilon)}, 1e-6f);
}

TEST(the_first_row_out_of_place_is_reported)
{
    CHECK(reported("contrastive_loss_total", {-1, 1, 0, 7, 9}) == std::vector<int>({contrastive_label, 3, 7}));
    CHECK(reported("contrastive_loss_total", {0, 1, 7}) == std::vector<int>({contrastive_order, 0, 0}));
    CHECK(reported("contrastive_loss_total", {5, -1, 1}) == std::vector<int>({contrastive_label, 0, 5}));
}

TEST(past_two_to_the_31_elements)
{
    for (const int n : {1, 4})
    {
        const FarTuple far(1, 0.5f, 3);
        tuples(n, far.x, far.labels, 0, far.losses, far.dx, far.query);
        near({far.gradient(0), far.gradient(1), far.gradient(2)}, {0.5f + epsilon, -0.5f - epsilon, 0}, 1e-6f);
    }
}
