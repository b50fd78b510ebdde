// spoc_pool_test.cpp: means over positions and their gradients.
#include "tests/pooling.h"

namespace
{

template <typename T>
void forward(const PoolMap& map, int n, const Buffer<T>& x, const Buffer<float>& y, Window window = {})
{
    launch(variant<T>("spoc_pool_forward", n), map.blocks(n), map.threads, 0,
           {{"x", x}, {"y", y}, {"positions", map.positions}, {"channels", map.channels}, {"lanes", map.lanes}}, window);
}

template <typename T>
void backward(const PoolMap& map, int n, const Buffer<float>& dy, const Buffer<T>& dx, Window window = {})
{
    launch(variant<T>("spoc_pool_backward", n), map.blocks(n), map.threads, 0,
           {{"dy", dy}, {"dx", dx}, {"positions", map.positions}, {"channels", map.channels}, {"lanes", map.lanes}}, window);
}

template <typename T>
void check(const PoolMap& map, int n)
{
    const Buffer<T> x = random<T>(map.count()), dx(map.count());
    const Buffer<float> y(map.pooled()), dy = random<float>(map.pooled(), 2);
    forward(map, n, x, y);
    backward(map, n, dy, dx);
    std::vector<float> means(map.pooled()), shares(map.count());
    for (long long i = 0; i < map.count(); i++)
    {
        means[map.pooled_of(i)] += to_float(x[i]) / map.positions;
        shares[i] = dy[map.pooled_of(i)] / map.positions;
    }
    near(y, means, 1e-5f);
    near(dx, shares, rounding<T>);
}

}  // namespace

TEST(every_map)
{
    each_variant([](auto type, int width) {
        for (const PoolMap& map : pool_maps(width))
            check<decltype(type)>(map, width);
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
        set_last(x, {0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2});
        forward(map, width, x, y, last_block(map.blocks(width)));
        CHECK_EQUAL(y[y.count() - 1], 1.5f);
        Buffer<float> dy(map.pooled());
        set_last(dy, std::vector<float>(8, 3));
        backward(map, width, dy, dx, last_block(map.blocks(width)));
        CHECK_EQUAL(to_float(dx[dx.count() - 1]), 1.5f);
        CHECK_EQUAL(to_float(dx[dx.count() - 9]), 1.5f);
    });
}
