// aggregate_scales_test.cpp: the generalised mean of values over scales.
#include <algorithm>
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

void aggregate(int n, const Buffer<float>& x, float p, int scales, const Buffer<float>& y, long long blocks, Window window = {})
{
    launch(variant<float>("aggregate_scales", n), blocks, threads, 0, {{"x", x}, {"y", y}, {"p", p}, {"scales", scales}, {"count", y.count()}}, window);
}

void check(int n, int scales, long long count, float p)
{
    const Buffer<float> x = random<float>(scales * count), y(count);
    std::vector<float> expected(count);
    for (long long i = 0; i < count; i++)
    {
        double mean = 0;
        for (int scale = 0; scale < scales; scale++)
            mean += (p == 1 ? x[scale * count + i] : std::pow(std::max(x[scale * count + i], 0.0f), static_cast<double>(p))) / scales;
        expected[i] = static_cast<float>(p == 1 ? mean : std::pow(mean, 1 / static_cast<double>(p)));
    }
    // Fewer blocks than there is work: threads stride over the grid.
    aggregate(n, x, p, scales, y, 2);
    near(y, expected, 1e-5f);
}

}  // namespace

TEST(every_size)
{
    for (const int n : {1, 4})
        for (const long long count : {0, 1, 31, 32, 33, 1031})
            for (const float p : {1.0f, 0.5f, 2.9f, 3.0f, 40.0f})
                check(n, 3, count * n, p);
}

TEST(large_powers_stay_finite)
{
    const Buffer<float> x({1e30f, 0, 3e-30f, 2e30f, 0, 1e-30f}), y(3);
    aggregate(1, x, 1000, 2, y, 1);
    near({y[0] / 1e30f, y[1], y[2] * 1e30f}, {static_cast<float>(2 * std::pow(0.5, 1e-3)), 0, static_cast<float>(3 * std::pow(0.5, 1e-3))}, 1e-5f);
}

TEST(past_two_to_the_31_elements)
{
    for (const int n : {1, 4})
    {
        const long long count = (1ll << 31) + 4 * threads, blocks = count / (threads * n), first = count - threads * n;
        Buffer<float> x(2 * count);
        const Buffer<float> y(count);
        for (long long i = first; i < count; i++)
        {
            x.set(i, 1.0f);
            x.set(count + i, 2.0f);
        }
        aggregate(n, x, 1, 2, y, blocks, {static_cast<unsigned long long>(blocks) - 1, 1});
        for (long long i = first; i < count; i++)
            CHECK_EQUAL(y[i], 1.5f);
    }
}
