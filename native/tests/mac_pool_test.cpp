// mac_pool_test.cpp: maxima over positions, their winners and their gradients.
#include <cmath>

#include "tests/pooling.h"

namespace
{

template <typename T>
void forward(const PoolMap& map, int n, const Buffer<T>& x, const Buffer<float>& y, const Buffer<int>* argmax, Window window = {})
{
    launch(variant<T>("mac_pool_forward", n), map.blocks(n), map.threads, 0,
           {{"x", x}, {"y", y}, {"argmax", argmax ? argmax->data() : nullptr}, {"positions", map.positions}, {"channels", map.channels}, {"lanes", map.lanes}}, window);
}

template <typename T>
void backward(const PoolMap& map, int n, const Buffer<float>& dy, const Buffer<int>& argmax, const Buffer<T>& dx, Window window = {})
{
    launch(variant<T>("mac_pool_backward", n), map.blocks(n), map.threads, 0,
           {{"dy", dy}, {"argmax", argmax}, {"dx", dx}, {"positions", map.positions}, {"channels", map.channels}, {"lanes", map.lanes}}, window);
}

/// Maps of few different values, so that ties are everywhere.
template <typename T>
void check(const PoolMap& map, int n)
{
    Buffer<T> x(map.count());
    std::vector<float> values = random_floats(map.count()), largest(map.pooled(), -INFINITY), gradient(map.count());
    std::vector<int> winners(map.pooled(), -1);
    for (float& value : values)
        value = std::round(value * 2);
    set_last(x, values);
    for (long long i = 0; i < map.count(); i++)
    {
        const long long pooled = map.pooled_of(i);
        if (values[i] > largest[pooled])
        {
            largest[pooled] = values[i];
            winners[pooled] = map.position_of(i);
        }
    }
    const Buffer<float> y(map.pooled()), alone(map.pooled()), dy(map.pooled(), 0.5f);
    const Buffer<int> argmax(map.pooled());
    const Buffer<T> dx(map.count());
    forward(map, n, x, y, &argmax);
    forward<T>(map, n, x, alone, nullptr);
    near(y, largest, 0);
    near(alone, largest, 0);
    CHECK(argmax.values() == winners);
    backward(map, n, dy, argmax, dx);
    for (long long i = 0; i < map.count(); i++)
        gradient[i] = winners[map.pooled_of(i)] == map.position_of(i) ? 0.5f : 0.0f;
    near(dx, gradient, 0);
}

int winner(const std::vector<float>& values)
{
    const PoolMap map{1, static_cast<int>(values.size()), 1, 1, 32};
    const Buffer<float> x(values), y(1);
    const Buffer<int> argmax(1);
    forward(map, 1, x, y, &argmax);
    return argmax[0];
}

}  // namespace

TEST(every_map)
{
    each_variant([](auto type, int width) {
        for (const PoolMap& map : pool_maps(width))
            check<decltype(type)>(map, width);
    });
}

TEST(not_a_number_beats_all)
{
    std::vector<float> values(67, 1.0f);
    values[40] = values[41] = values[8] = NAN;
    values[3] = INFINITY;
    CHECK_EQUAL(winner(values), 8);
    CHECK_EQUAL(winner(std::vector<float>(67, -INFINITY)), 0);
    CHECK_EQUAL(winner({-0.0f, 0.0f}), 0);
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const PoolMap map = far_pool_map();
        const Window last = last_block(map.blocks(width));
        Buffer<T> x(map.count());
        const Buffer<T> dx(map.count());
        const Buffer<float> y(map.pooled());
        const Buffer<int> argmax(map.pooled());
        set_last(x, {0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2});
        forward(map, width, x, y, &argmax, last);
        CHECK_EQUAL(y[y.count() - 1], 2.0f);
        CHECK_EQUAL(argmax[y.count() - 1], 1);
        backward(map, width, y, argmax, dx, last);
        CHECK_EQUAL(to_float(dx[dx.count() - 1]), 2.0f);
        CHECK_EQUAL(to_float(dx[dx.count() - 9]), 0.0f);
    });
}
