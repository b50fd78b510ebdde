// region_max_test.cpp: maxima of regions and their gradients.
#include "tests/pooling.h"
#include "tests/regions.h"

namespace
{

template <typename T>
void check(const RegionCase& c, int n)
{
    std::vector<float> values = random_floats(c.count(), 1, -1, 3);
    for (float& value : values)
        value = value < 0 ? 0 : static_cast<float>(static_cast<int>(value * 2));
    const Buffer<T> x = [&] {
        if constexpr (sizeof(T) == sizeof(bf16))
            return Buffer<T>(to_bf16(values));
        else
            return Buffer<T>(values);
    }();
    const Buffer<T> dx(c.count());
    const Buffer<float> y(c.pooled()), dy = random<float>(c.pooled(), 2);
    const Buffer<int> argmax(c.pooled()), table = c.table();
    launch(variant<T>("region_max_forward", n), c.blocks(c.rows(), n), c.threads, 0,
           {{"x", x}, {"regions", table}, {"y", y}, {"argmax", argmax}, {"count", c.region_count()}, {"images", c.images}, {"height", c.height}, {"width", c.width},
            {"channels", c.channels}, {"lanes", c.lanes}});
    launch(variant<T>("region_max_backward", n), c.blocks(c.images, n), c.threads, 0,
           {{"dy", dy}, {"argmax", argmax}, {"dx", dx}, {"count", c.region_count()}, {"images", c.images}, {"positions", c.positions()}, {"channels", c.channels},
            {"lanes", c.lanes}});
    std::vector<float> largest(c.pooled()), gradients(c.count());
    for (long long row = 0; row < c.rows(); row++)
        for (int channel = 0; channel < c.channels; channel++)
        {
            int winner = -1;
            c.each(c.regions[row / c.images], [&](int i) {
                if (winner < 0 || values[c.at(row, i, channel)] > values[c.at(row, winner, channel)])
                    winner = i;
            });
            const long long pooled = row * c.channels + channel;
            largest[pooled] = values[c.at(row, winner, channel)];
            CHECK_EQUAL(argmax[pooled], winner);
            gradients[c.at(row, winner, channel)] += dy[pooled];
        }
    near(y, largest, 0);
    near(dx, gradients, rounding<T>);
}

}  // namespace

TEST(every_region)
{
    each_variant([](auto type, int width) {
        for (const RegionCase& c : region_cases(width))
            check<decltype(type)>(c, width);
    });
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const PoolMap map = far_pool_map();
        Buffer<T> x(map.count());
        const Buffer<T> dx(map.count());
        const Buffer<float> y(map.pooled());
        Buffer<float> dy(map.pooled());
        const Buffer<int> argmax(map.pooled()), table({0, 0, 1, 2});
        set_last(x, {0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2});
        set_last(dy, std::vector<float>(8, 3));
        launch(variant<T>("region_max_forward", width), map.blocks(width), 32, 0,
               {{"x", x}, {"regions", table}, {"y", y}, {"argmax", argmax}, {"count", 1}, {"images", map.images}, {"height", 1}, {"width", 2}, {"channels", 8}, {"lanes", 1}},
               last_block(map.blocks(width)));
        CHECK_EQUAL(y[y.count() - 1], 2.0f);
        CHECK_EQUAL(argmax[argmax.count() - 1], 1);
        for (int i = 2; i <= 8; i++)
            const_cast<Buffer<int>&>(argmax).set(argmax.count() - i, 1);
        launch(variant<T>("region_max_backward", width), map.blocks(width), 32, 0,
               {{"dy", dy}, {"argmax", argmax}, {"dx", dx}, {"count", 1}, {"images", map.images}, {"positions", 2}, {"channels", 8}, {"lanes", 1}},
               last_block(map.blocks(width)));
        CHECK_EQUAL(to_float(dx[dx.count() - 1]), 3.0f);
        CHECK_EQUAL(to_float(dx[dx.count() - 9]), 0.0f);
    });
}
