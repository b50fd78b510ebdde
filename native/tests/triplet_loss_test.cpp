// triplet_loss_test.cpp: loss and gradient, and labels out of place.
#include <cmath>

#include "tests/tuples.h"

namespace
{

void tuples(int n, const Buffer<float>& x, const Buffer<int>& labels, float margin, const Buffer<float>& losses, const Buffer<float>& dx, Window window = {})
{
    launch(variant<float>("triplet_loss_tuples", n), labels.count(), tuple_threads, 0,
           {{"x", x}, {"labels", labels}, {"losses", losses}, {"dx", dx}, {"margin", margin}, {"epsilon", 0.0f}, {"rooted", 0}, {"rows", labels.count()}, {"dimension", x.count() / labels.count()}}, window);
}

float total(const Buffer<int>& labels, const Buffer<float>& losses)
{
    const Buffer<float> loss(1);
    const Buffer<int> fault(4, 0);
    launch("triplet_loss_total", 1, tuple_threads, 0, {{"labels", labels}, {"losses", losses}, {"loss", loss}, {"fault", fault}, {"rows", labels.count()}});
    CHECK_EQUAL(fault[0], 0);
    return loss[0];
}

double square(const Buffer<float>& x, int dimension, int a, int b)
{
    double sum = 0;
    for (int i = 0; i < dimension; i++)
        sum += std::pow(static_cast<double>(x[1ll * a * dimension + i]) - x[1ll * b * dimension + i], 2);
    return sum;
}

void check(int n, const std::vector<int>& lengths, int dimension)
{
    const float margin = 0.1f;
    const Buffer<int> labels(tuple_labels(lengths));
    const int rows = static_cast<int>(labels.count());
    const Buffer<float> x = random<float>(1ll * rows * dimension, 3), dx(x.count()), losses(rows);
    std::vector<float> expected(x.count());
    double cost = 0;
    for (int row = 0, query = 0; row < rows; row++)
    {
        if (labels[row] == query_label)
            query = row;
        if (labels[row] != negative_label)
            continue;
        const double excess = square(x, dimension, query, query + 1) - square(x, dimension, query, row) + margin;
        if (excess <= 0)
            continue;
        cost += excess;
        for (int i = 0; i < dimension; i++)
        {
            const float q = x[1ll * query * dimension + i], p = x[(query + 1ll) * dimension + i], negative = x[1ll * row * dimension + i];
            expected[1ll * query * dimension + i] += 2 * (negative - p);
            expected[(query + 1ll) * dimension + i] += 2 * (p - q);
            expected[1ll * row * dimension + i] += 2 * (q - negative);
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
    const Buffer<int> labels({query_label, positive_label, ignored_label, negative_label});
    const Buffer<float> x(std::vector<float>{1, 3, NAN, 2}), dx(4), losses(4);
    tuples(1, x, labels, 0, losses, dx);
    near(dx, {-2, 4, 0, -2}, 1e-6f);
    near({total(labels, losses)}, {3}, 1e-6f);
}

TEST(the_first_row_out_of_place_is_reported)
{
    CHECK(reported("triplet_loss_total", {-1, 1, 0, 7, 9}) == std::vector<int>({triplet_label, 3, 7}));
    CHECK(reported("triplet_loss_total", {-1, 0, 1}) == std::vector<int>({triplet_negative, 1, 0}));
    CHECK(reported("triplet_loss_total", {0, -1, 1}) == std::vector<int>({triplet_negative, 0, 0}));
    CHECK(reported("triplet_loss_total", {-1, 1, 1}) == std::vector<int>({triplet_positive, 2, 1}));
    CHECK(reported("triplet_loss_total", {1, -1, 1}) == std::vector<int>({triplet_positive, 0, 1}));
}

TEST(past_two_to_the_31_elements)
{
    for (const int n : {1, 4})
    {
        const FarTuple far(1, 3, 1.5f);
        tuples(n, far.x, far.labels, 0, far.losses, far.dx, far.query);
        near({far.gradient(0), far.gradient(1), far.gradient(2)}, {-3, 4, -1}, 0);
        near({far.losses[FarTuple::rows - 3]}, {(4 - 0.25f) * FarTuple::dimension}, 1e-6f);
    }
}

TEST(rooted_distances)
{
    const int dimension = 37, rows = 4;
    const float margin = 0.5f, epsilon = 1e-3f;
    const Buffer<float> x = random<float>(rows * dimension, 1), losses(rows), dx(rows * dimension);
    const Buffer<int> labels(std::vector<int>{-1, 1, 0, 2});
    const auto distance = [&](int row) {
        double sum = 0;
        for (int i = 0; i < dimension; i++)
            sum += std::pow(static_cast<double>(x[i]) - x[row * dimension + i] + epsilon, 2);
        return std::sqrt(sum);
    };
    const double near_distance = distance(1), far_distance = distance(2), excess = std::fmax(near_distance - far_distance + 2 * margin, 0);
    std::vector<float> expected(rows * dimension);
    for (int i = 0; i < dimension; i++)
    {
        const double u = (x[i] - x[dimension + i] + epsilon) / near_distance, v = (x[i] - x[2 * dimension + i] + epsilon) / far_distance;
        expected[i] = excess > 0 ? static_cast<float>(u - v) : 0;
        expected[dimension + i] = excess > 0 ? static_cast<float>(-u) : 0;
        expected[2 * dimension + i] = excess > 0 ? static_cast<float>(v) : 0;
    }
    launch("triplet_loss_tuples_f32", rows, 256, 0,
        {{"x", x}, {"labels", labels}, {"losses", losses}, {"dx", dx}, {"margin", 2 * margin}, {"epsilon", epsilon}, {"rooted", 1}, {"rows", rows}, {"dimension", dimension}});
    near(dx, expected, 1e-5f);
    CHECK_EQUAL(std::fabs(losses[0] - excess) < 1e-5, true);
}
