// wgem_pool_test.cpp: weighted generalised means of regions and their gradients, against double precision.
#include <cmath>

#include "tests/pooling.h"
#include "tests/regions.h"

namespace
{

constexpr float epsilon = 1e-6f;

struct Means
{
    std::vector<float> y, dx, shares;
    double dp = 0;
};

/// What plain loops make of a case with one exponent.
template <typename T>
Means expected(const RegionCase& c, const Buffer<T>& x, const std::vector<float>& weights, const std::vector<float>& dy, double p)
{
    Means means = {std::vector<float>(c.pooled()), std::vector<float>(c.count()), std::vector<float>(c.masks())};
    std::vector<double> dx(c.count()), shares(c.masks());
    for (long long row = 0; row < c.rows(); row++)
        for (int channel = 0; channel < c.channels; channel++)
        {
            const Region region = c.regions[row / c.images];
            const auto value = [&](int i) { return std::max<double>(to_float(x[c.at(row, i, channel)]), epsilon); };
            double sum = 0;
            c.each(region, [&](int i) { sum += weights[row * c.positions() + i] * std::pow(value(i), p); });
            const double y = std::pow(sum, 1 / p), gradient = dy[row * c.channels + channel];
            means.y[row * c.channels + channel] = static_cast<float>(y);
            c.each(region, [&](int i) {
                const double weight = weights[row * c.positions() + i], u = value(i) / y, slope = weight * std::pow(u, p - 1);
                if (to_float(x[c.at(row, i, channel)]) >= epsilon)
                    dx[c.at(row, i, channel)] += gradient * slope;
                shares[row * c.positions() + i] += gradient * y / p * slope * u;
                means.dp += gradient * y / p * slope * u * std::log(u);
            });
        }
    for (size_t i = 0; i < dx.size(); i++)
        means.dx[i] = static_cast<float>(dx[i]);
    for (size_t i = 0; i < shares.size(); i++)
        means.shares[i] = static_cast<float>(shares[i]);
    return means;
}

template <typename T>
void check(const RegionCase& c, int n, float p)
{
    const Buffer<T> x = random<T>(c.count(), 1, -0.3f, 1), dx(c.count());
    const Buffer<int> table = c.table();
    const Buffer<float> weights = random<float>(c.masks(), 2, 0.01f, 0.1f), exponent(1, p), y(c.pooled()), dy = random<float>(c.pooled(), 3);
    const Means means = expected(c, x, weights.values(), dy.values(), p);
    launch(variant<T>("wgem_pool_forward", n), c.blocks(c.rows(), n), c.threads, 0,
           {{"x", x}, {"weights", weights}, {"regions", table}, {"p", exponent}, {"y", y}, {"epsilon", epsilon}, {"shared_p", 1}, {"count", c.region_count()},
            {"images", c.images}, {"height", c.height}, {"width", c.width}, {"channels", c.channels}, {"lanes", c.lanes}});
    near(y, means.y, 1e-5f);
    const long long blocks = c.blocks(c.images, n), tiles = blocks / c.images;
    const Buffer<float> mask_shares(tiles * c.masks()), exponent_shares(blocks);
    launch(variant<T>("wgem_pool_backward", n), blocks, c.threads, 0,
           {{"x", x}, {"weights", weights}, {"regions", table}, {"y", y}, {"dy", dy}, {"p", exponent}, {"dx", dx}, {"mask_shares", mask_shares},
            {"exponent_shares", exponent_shares}, {"epsilon", epsilon}, {"shared_p", 1}, {"count", c.region_count()}, {"images", c.images}, {"height", c.height},
            {"width", c.width}, {"channels", c.channels}, {"lanes", c.lanes}});
    near(dx, means.dx, 3e-5f + rounding<T>);
    std::vector<float> shares(c.masks());
    for (long long i = 0; i < mask_shares.count(); i++)
        shares[i % c.masks()] += mask_shares[i];
    near(shares, means.shares, 3e-5f);
    float dp = 0;
    for (long long i = 0; i < blocks; i++)
        dp += exponent_shares[i];
    near({dp}, {static_cast<float>(means.dp)}, 1e-4f);
}

}  // namespace

TEST(every_region)
{
    each_variant([](auto type, int width) {
        for (const RegionCase& c : region_cases(width))
            for (const float p : {1.0f, 2.7f, 3.0f})
                check<decltype(type)>(c, width, p);
    });
}

TEST(the_whole_map_and_an_exponent_for_each_channel)
{
    const RegionCase c = {1, 2, 3, 8, 2, 32, {{0, 0, 2, 3}}};
    const Buffer<float> x = random<float>(c.count(), 1, 0.1f, 1), p(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}), y(8), dy = random<float>(8, 2), dx(c.count()), shares(8);
    launch("wgem_pool_forward_f32x4", 1, 32, 0,
           {{"x", x}, {"weights", nullptr}, {"regions", nullptr}, {"p", p}, {"y", y}, {"epsilon", epsilon}, {"shared_p", 0}, {"count", 1}, {"images", 1}, {"height", 2}, {"width", 3},
            {"channels", 8}, {"lanes", 2}});
    launch("wgem_pool_backward_f32x4", 1, 32, 0,
           {{"x", x}, {"weights", nullptr}, {"regions", nullptr}, {"y", y}, {"dy", dy}, {"p", p}, {"dx", dx}, {"mask_shares", nullptr}, {"exponent_shares", shares},
            {"epsilon", epsilon}, {"shared_p", 0}, {"count", 1}, {"images", 1}, {"height", 2}, {"width", 3}, {"channels", 8}, {"lanes", 2}});
    for (int channel = 0; channel < 8; channel++)
    {
        double sum = 0, slope = 0;
        for (int i = 0; i < 6; i++)
            sum += std::pow(x[i * 8 + channel], p[channel]) / 6;
        const double mean = std::pow(sum, 1 / p[channel]);
        for (int i = 0; i < 6; i++)
            slope += std::pow(x[i * 8 + channel] / mean, p[channel]) * std::log(x[i * 8 + channel] / mean) / 6;
        near({y[channel], shares[channel]}, {static_cast<float>(mean), static_cast<float>(dy[channel] * mean / p[channel] * slope)}, 1e-5f);
    }
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const PoolMap map = far_pool_map();
        Buffer<T> x(map.count());
        const Buffer<T> dx(map.count());
        const Buffer<float> y(map.pooled()), p(1, 1), shares(map.blocks(width) * 2ll);
        Buffer<float> dy(map.pooled());
        set_last(x, {0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2});
        set_last(dy, std::vector<float>(8, 3));
        launch(variant<T>("wgem_pool_forward", width), map.blocks(width), 32, 0,
               {{"x", x}, {"weights", nullptr}, {"regions", nullptr}, {"p", p}, {"y", y}, {"epsilon", 0.0f}, {"shared_p", 1}, {"count", 1}, {"images", map.images}, {"height", 1},
                {"width", 2}, {"channels", 8}, {"lanes", 1}},
               last_block(map.blocks(width)));
        CHECK_EQUAL(y[y.count() - 1], 1.5f);
        if (width != 1)
            set_last(const_cast<Buffer<float>&>(y), {1, 1, 1, 1, 1, 1, 1, 1.5f});
        launch(variant<T>("wgem_pool_backward", width), map.blocks(width), 32, 0,
               {{"x", x}, {"weights", nullptr}, {"regions", nullptr}, {"y", y}, {"dy", dy}, {"p", p}, {"dx", dx}, {"mask_shares", nullptr}, {"exponent_shares", nullptr},
                {"epsilon", 0.0f}, {"shared_p", 1}, {"count", 1}, {"images", map.images}, {"height", 1}, {"width", 2}, {"channels", 8}, {"lanes", 1}},
               last_block(map.blocks(width)));
        CHECK_EQUAL(to_float(dx[dx.count() - 1]), 1.5f);
    });
}
