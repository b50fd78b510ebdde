// draw_negatives_test.cpp: pairs of each row's group, and negatives drawn by their distance.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

struct Batch
{
    Buffer<float> x;
    Buffer<int> groups;
    int dimension;
};

struct Drawn
{
    Buffer<float> keys, probabilities;
    Buffer<int> positives, negatives;

    Drawn(int count, int per_row) : keys(1ll * count * count), probabilities(1ll * count * count), positives(1ll * count * per_row), negatives(1ll * count * per_row) {}
};

void distances(int n, const Buffer<float>& x, const Buffer<float>& keys, int first, int rows, int count, int dimension, Window window = {})
{
    const long long tiles = (rows + 31) / 32 * ((count + 31) / 32);
    launch(variant<float>("draw_negatives_distances", n), tiles, 256, 0,
           {{"x", x}, {"keys", keys}, {"first", first}, {"rows", rows}, {"count", count}, {"dimension", dimension}}, window);
}

void draw(const Batch& batch, const int* real, long long step, const Drawn& drawn, int per_row, float limit)
{
    const Buffer<long long> seed(std::vector<long long>{9, step});
    launch("draw_negatives_draw", batch.groups.count(), 256, 0,
           {{"groups", batch.groups}, {"real", real}, {"seed", seed}, {"keys", drawn.keys}, {"positives", drawn.positives}, {"negatives", drawn.negatives},
            {"probabilities", drawn.probabilities}, {"first", 0}, {"count", batch.groups.count()}, {"dimension", batch.dimension}, {"per_row", per_row}, {"cutoff", 0.5f},
            {"limit", limit}});
}

/// Rows of unit length in groups of three.
Batch unit_rows(int count, int dimension)
{
    std::vector<float> values = random_floats(1ll * count * dimension, 4);
    std::vector<int> groups(count);
    for (int row = 0; row < count; row++)
    {
        double square = 0;
        for (int i = 0; i < dimension; i++)
            square += std::pow(values[1ll * row * dimension + i], 2);
        for (int i = 0; i < dimension; i++)
            values[1ll * row * dimension + i] /= static_cast<float>(std::sqrt(square));
        groups[row] = row / 3;
    }
    return {Buffer<float>(values), Buffer<int>(groups), dimension};
}

void check(int n, int count, int dimension, float limit)
{
    const Batch batch = unit_rows(count, dimension);
    const Drawn drawn(count, 2);
    distances(n, batch.x, drawn.keys, 0, count, count, dimension);
    std::vector<float> squares(1ll * count * count);
    for (int row = 0; row < count; row++)
        for (int other = 0; other < count; other++)
            for (int i = 0; i < dimension; i++)
                squares[1ll * row * count + other] += std::pow(batch.x[1ll * row * dimension + i] - batch.x[1ll * other * dimension + i], 2.0f);
    near(drawn.keys, squares, 1e-5f);
    draw(batch, nullptr, 1, drawn, 2, limit);
    for (int row = 0; row < count; row++)
    {
        std::vector<double> weights(count);
        double sum = 0;
        bool none = true;
        for (int other = 0; other < count; other++)
            none = none && (other / 3 == row / 3 || std::sqrt(squares[1ll * row * count + other]) >= limit);
        for (int other = 0; other < count; other++)
        {
            const double d = std::max(0.5, std::sqrt(static_cast<double>(squares[1ll * row * count + other])));
            if (other / 3 != row / 3 && (none || d < limit))
                weights[other] = none ? 1 : std::pow(d, 2.0 - dimension) * std::pow(1 - d * d / 4, (3.0 - dimension) / 2);
            sum += weights[other];
        }
        std::vector<float> expected, actual;
        for (int other = 0; other < count; other++)
        {
            expected.push_back(static_cast<float>(sum > 0 ? weights[other] / sum : 0));
            actual.push_back(drawn.probabilities[1ll * row * count + other]);
        }
        near(actual, expected, 1e-4f);
        for (int place = 0, mate = row / 3 * 3; place < 2; place++, mate++)
        {
            mate += mate == row;
            const bool exists = mate < std::min(count, row / 3 * 3 + 3);
            CHECK_EQUAL(drawn.positives[2ll * row + place], exists ? mate : -1);
            const int negative = drawn.negatives[2ll * row + place];
            CHECK(exists ? negative >= 0 && weights[negative] > 0 : negative == -1);
        }
    }
}

}  // namespace

TEST(every_row_draws)
{
    for (const int n : {1, 4})
    {
        check(n, 9, 8, 2);
        check(n, 34, 12, 1.4f);
        check(n, 6, 4, 0.6f);
    }
    check(1, 5, 3, 1.4f);
}

TEST(padding_takes_no_part)
{
    const Batch batch = unit_rows(6, 4);
    const Buffer<int> real({1, 0, 1, 1, 1, 0});
    const Drawn drawn(6, 1);
    distances(4, batch.x, drawn.keys, 0, 6, 6, 4);
    draw(batch, real.data(), 1, drawn, 1, 2);
    CHECK(drawn.positives.values() == std::vector<int>({2, -1, 0, 4, 3, -1}));
    for (int row = 0; row < 6; row++)
        CHECK(real[row] ? drawn.negatives[row] >= 0 && real[drawn.negatives[row]] : drawn.negatives[row] == -1);
}

TEST(other_steps_draw_otherwise)
{
    const Batch batch = unit_rows(9, 8);
    std::vector<std::vector<int>> draws;
    for (const long long step : {1, 1, 2})
    {
        const Drawn drawn(9, 2);
        distances(4, batch.x, drawn.keys, 0, 9, 9, 8);
        draw(batch, nullptr, step, drawn, 2, 2);
        draws.push_back(drawn.negatives.values());
    }
    CHECK(draws[0] == draws[1]);
    CHECK(draws[0] != draws[2]);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, count = (1 << 19) + 32;
    for (const int n : {1, 4})
    {
        Buffer<float> x(1ll * count * dimension), keys(32ll * count);
        for (int row = count - 32; row < count; row++)
            for (int i = 0; i < dimension; i++)
                x.set(1ll * row * dimension + i, static_cast<float>(row - count));
        distances(n, x, keys, count - 32, 32, count, dimension, {count / 32 - 1, 1});
        CHECK_EQUAL(keys[keys.count() - 2], 1.0f * dimension);
    }
}
