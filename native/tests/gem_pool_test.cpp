// gem_pool_test.cpp: generalised means over positions and their gradients, to the map and to the exponent.
#include <algorithm>
#include <cmath>

#include "tests/pooling.h"

namespace
{

constexpr float epsilon = 1e-6f;

template <typename T>
void forward(const PoolMap& map, int n, const Buffer<T>& x, const Buffer<float>& p, const Buffer<float>& y, Window window = {})
{
    launch(variant<T>("gem_pool_forward", n), map.blocks(n), map.threads, 0,
           {{"x", x}, {"p", p}, {"y", y}, {"epsilon", epsilon}, {"shared_p", p.count() == 1 ? 1 : 0}, {"positions", map.positions}, {"channels", map.channels}, {"lanes", map.lanes}},
           window);
}

template <typename T>
void backward(const PoolMap& map, int n, const Buffer<T>& x, const Buffer<float>& y, const Buffer<float>& dy, const Buffer<float>& p, const Buffer<T>& dx,
              const Buffer<float>* shares, Window window = {})
{
    launch(variant<T>("gem_pool_backward", n), map.blocks(n), map.threads, 0,
           {{"x", x}, {"y", y}, {"dy", dy}, {"p", p}, {"dx", dx}, {"shares", shares ? shares->data() : nullptr}, {"epsilon", epsilon},
            {"shared_p", p.count() == 1 ? 1 : 0}, {"positions", map.positions}, {"channels", map.channels}, {"lanes", map.lanes}},
           window);
}

/// Adds up shares [rows, columns].
void add_shares(const Buffer<float>& shares, const Buffer<float>& dp, int rows, int columns, Window window = {})
{
    const PoolMap cut{1, rows, columns, columns == 1 ? 1 : 4, 128};
    launch("gem_pool_exponent", cut.blocks(1), cut.threads, 0, {{"shares", shares}, {"dp", dp}, {"rows", rows}, {"columns", columns}, {"lanes", cut.lanes}}, window);
}

/// What double precision makes of a map.
struct Expected
{
    std::vector<float> y, dx, dp;

    template <typename T>
    Expected(const PoolMap& map, const Buffer<T>& x, const Buffer<float>& dy, const std::vector<float>& exponents)
        : y(map.pooled()), dx(map.count()), dp(exponents.size(), 1.0f)
    {
        std::vector<double> means(map.pooled()), slopes(map.pooled());
        const auto p = [&](long long pooled) -> double { return exponents[exponents.size() == 1 ? 0 : pooled % map.channels]; };
        const auto clamped = [&](long long i) -> double { return std::max(to_float(x[i]), epsilon); };
        for (long long i = 0; i < map.count(); i++)
            means[map.pooled_of(i)] += std::pow(clamped(i), p(map.pooled_of(i))) / map.positions;
        for (long long i = 0; i < map.count(); i++)
        {
            const long long pooled = map.pooled_of(i);
            const double mean = std::pow(means[pooled], 1 / p(pooled)), u = clamped(i) / mean;
            y[pooled] = static_cast<float>(mean);
            dx[i] = to_float(x[i]) >= epsilon ? static_cast<float>(dy[pooled] / map.positions * std::pow(u, p(pooled) - 1)) : 0.0f;
            slopes[pooled] += dy[pooled] * mean / p(pooled) / map.positions * std::pow(u, p(pooled)) * std::log(u);
        }
        for (long long pooled = 0; pooled < map.pooled(); pooled++)
            dp[exponents.size() == 1 ? 0 : pooled % map.channels] += static_cast<float>(slopes[pooled]);
    }
};

template <typename T>
void check(const PoolMap& map, int n, const std::vector<float>& exponents)
{
    const Buffer<T> x = random<T>(map.count(), 1, -0.5f, 2), dx(map.count()), alone(map.count());
    const Buffer<float> p(exponents), y(map.pooled()), dy = random<float>(map.pooled(), 2);
    const Expected expected(map, x, dy, exponents);
    forward(map, n, x, p, y);
    near(y, expected.y, 1e-5f);
    backward<T>(map, n, x, y, dy, p, alone, nullptr);
    const int columns = static_cast<int>(exponents.size()), rows = columns == 1 ? static_cast<int>(map.blocks(n)) : map.images;
    const Buffer<float> shares(1ll * rows * columns), dp(columns, 1.0f);
    backward(map, n, x, y, dy, p, dx, &shares);
    add_shares(shares, dp, rows, columns);
    near(dx, expected.dx, rounding<T> + 2e-5f);
    near(dp, expected.dp, 1e-4f);
    near(alone, to_floats(dx.values()), 0);
}

}  // namespace

TEST(every_map)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        for (const PoolMap& map : pool_maps(width))
        {
            for (const float p : {1.0f, 2.7f, 3.0f, 11.0f})
                check<T>(map, width, {p});
            if (map.channels > 1)
                check<T>(map, width, random_floats(map.channels, 3, 1.5f, 5));
        }
    });
}

TEST(powers_stay_finite)
{
    const PoolMap map{1, 5, 1, 1, 32};
    const Buffer<float> x({1e30f, 2e30f, 1e-30f, 2e30f, -1.0f}), p(1, 1000.0f), y(1), dy(1, 1.0f), dx(5), shares(1);
    forward(map, 1, x, p, y);
    near(y, {static_cast<float>(2e30 * std::pow(0.4, 1e-3))}, 1e-5f);
    backward(map, 1, x, y, dy, p, dx, &shares);
    near(dx, {0, 0.5f, 0, 0.5f, 0}, 1e-3f);
    CHECK(std::isfinite(shares[0]));
}

TEST(not_a_number_is_not_hidden)
{
    const PoolMap map{1, 40, 1, 1, 32};
    for (const float exponent : {1.0f, 2.5f, 3.0f})
    {
        Buffer<float> x = random<float>(map.count());
        x.set(17, NAN);
        const Buffer<float> p(1, exponent), y(1);
        forward(map, 1, x, p, y);
        CHECK(std::isnan(y[0]));
    }
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const PoolMap map = far_pool_map();
        const Window last = last_block(map.blocks(width));
        Buffer<T> x(map.count());
        const Buffer<T> dx(map.count());
        const Buffer<float> p(1, 1.0f), y(map.pooled()), shares(map.pooled());
        set_last(x, {0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2});
        forward(map, width, x, p, y, last);
        near({y[y.count() - 1]}, {1.5f}, 1e-6f);
        Buffer<float> dy(map.pooled());
        set_last(dy, std::vector<float>(8, 3));
        backward(map, width, x, y, dy, p, dx, &shares, last);
        CHECK_EQUAL(to_float(dx[dx.count() - 1]), 1.5f);
    });
    const int columns = 1 << 30;
    Buffer<float> shares(3ll * columns), dp(columns);
    for (int row = 0; row < 3; row++)
        for (int column = columns - 4; column < columns; column++)
            shares.set(1ll * row * columns + column, 1.0f);
    set_last(dp, {1, 1, 1, 1});
    add_shares(shares, dp, 3, columns, last_block(columns / 4));
    CHECK_EQUAL(dp[columns - 1], 4.0f);
}
