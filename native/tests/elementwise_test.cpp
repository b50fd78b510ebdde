// elementwise_test.cpp: y = alpha x + beta y.
#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

template <typename T>
void add_scaled(long long packs, int width, float alpha, float beta)
{
    const long long count = packs * width;
    const Buffer<T> x = random<T>(count, 1), y = random<T>(count, 2);
    std::vector<float> expected = to_floats(x.values());
    for (long long i = 0; i < count; i++)
        expected[i] = alpha * expected[i] + beta * to_float(y[i]);
    // Fewer blocks than there is work: threads stride over the grid.
    launch(variant<T>("add_scaled", width), 2, threads, 0, {{"x", x}, {"y", y}, {"packs", packs}, {"alpha", alpha}, {"beta", beta}});
    near(y, expected, rounding<T>);
}

}  // namespace

TEST(every_size)
{
    each_variant([](auto type, int width) {
        for (const long long packs : {0, 1, 31, 32, 33, 257, 1031})
            add_scaled<decltype(type)>(packs, width, 0.75f, -1.5f);
    });
}

TEST(without_beta_nothing_is_read)
{
    // y has not been written: the watched flavour would see a read.
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Buffer<T> x = random<T>(33 * width), y(33 * width);
        launch(variant<T>("add_scaled", width), 1, threads, 0, {{"x", x}, {"y", y}, {"packs", 33}, {"alpha", -2.0f}, {"beta", 0.0f}});
        std::vector<float> expected = to_floats(x.values());
        for (float& value : expected)
            value *= -2;
        near(y, expected, 0);
    });
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const long long blocks = (1ll << 31) / (threads * width) + 1, count = blocks * threads * width, first = count - threads * width;
        Buffer<T> x(count), y(count);
        T value;
        from_float(0.5f, value);
        for (long long i = first; i < count; i++)
        {
            x.set(i, value);
            y.set(i, value);
        }
        launch(variant<T>("add_scaled", width), blocks, threads, 0, {{"x", x}, {"y", y}, {"packs", count / width}, {"alpha", 2.0f}, {"beta", 1.0f}},
               {static_cast<unsigned long long>(blocks) - 1, 1});
        for (long long i = first; i < count; i++)
            CHECK_EQUAL(to_float(y[i]), 1.5f);
    });
}

TEST(products)
{
    for (const int width : {1, 4})
        for (const long long packs : {1, 33, 1031})
        {
            const Buffer<float> x = random<float>(packs * width, 1), factors = random<float>(packs * width, 2), y(packs * width);
            launch(variant<float>("multiply", width), 2, threads, 0, {{"x", x}, {"factors", factors}, {"y", y}, {"packs", packs}});
            std::vector<float> expected(x.values());
            for (size_t i = 0; i < expected.size(); i++)
                expected[i] *= factors[static_cast<long long>(i)];
            near(y, expected, 0);
        }
}
