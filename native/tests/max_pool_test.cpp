// max_pool_test.cpp: windowed maxima and where their gradients go.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

struct Pooling
{
    int images, height, width, channels, kernel_height, kernel_width, stride, padding, dilation;

    int windows(int extent, int kernel) const { return (extent + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1; }
    int out_height() const { return windows(height, kernel_height); }
    int out_width() const { return windows(width, kernel_width); }
    long long in() const { return 1ll * images * height * width * channels; }
    long long out() const { return 1ll * images * out_height() * out_width() * channels; }
};

int segments(int width, int channels, int n) { return (width * (channels / n) + threads - 1) / threads; }

template <typename T>
void forward(const Pooling& p, int n, const Buffer<T>& x, const Buffer<T>& y, const Buffer<int>* argmax, long long blocks, Window window = {})
{
    const long long rows = 1ll * p.images * p.out_height();
    launch(variant<T>("max_pool_forward", n), blocks, threads, 0,
           {{"x", x}, {"y", y}, {"argmax", argmax ? argmax->data() : nullptr}, {"rows", rows}, {"segments", segments(p.out_width(), p.channels, n)}, {"height", p.height},
            {"width", p.width}, {"channels", p.channels}, {"out_height", p.out_height()}, {"out_width", p.out_width()}, {"kernel_height", p.kernel_height},
            {"kernel_width", p.kernel_width}, {"stride", p.stride}, {"padding", p.padding}, {"dilation", p.dilation}},
           window);
}

template <typename T>
void backward(const Pooling& p, int n, const Buffer<T>& dy, const Buffer<int>& argmax, const Buffer<T>& dx, long long blocks, Window window = {})
{
    const long long rows = 1ll * p.images * p.height;
    launch(variant<T>("max_pool_backward", n), blocks, threads, 0,
           {{"dy", dy}, {"argmax", argmax}, {"dx", dx}, {"rows", rows}, {"segments", segments(p.width, p.channels, n)}, {"height", p.height}, {"width", p.width},
            {"channels", p.channels}, {"out_height", p.out_height()}, {"out_width", p.out_width()}, {"kernel_height", p.kernel_height}, {"kernel_width", p.kernel_width},
            {"stride", p.stride}, {"padding", p.padding}, {"dilation", p.dilation}},
           window);
}

/// Maps of few different values, so that ties are everywhere.
template <typename T>
Buffer<T> steps(long long count)
{
    std::vector<float> values = random_floats(count);
    for (float& value : values)
        value = std::round(value * 2);
    if constexpr (sizeof(T) == sizeof(bf16))
        return Buffer<T>(to_bf16(values));
    else
        return Buffer<T>(values);
}

struct Best
{
    std::vector<float> values;
    std::vector<int> positions;
};

template <typename T>
Best search(const Pooling& p, const Buffer<T>& x)
{
    Best best{std::vector<float>(p.out(), -INFINITY), std::vector<int>(p.out(), -1)};
    for (long long i = 0; i < p.out(); i++)
    {
        const long long place = i / p.channels, image = place / p.out_width() / p.out_height();
        const int row = place / p.out_width() % p.out_height(), column = place % p.out_width();
        for (int r = 0; r < p.kernel_height; r++)
            for (int s = 0; s < p.kernel_width; s++)
            {
                const int h = row * p.stride - p.padding + r * p.dilation, w = column * p.stride - p.padding + s * p.dilation;
                if (h < 0 || h >= p.height || w < 0 || w >= p.width)
                    continue;
                const float value = to_float(x[((image * p.height + h) * p.width + w) * p.channels + i % p.channels]);
                if (best.positions[i] < 0 || value > best.values[i])
                {
                    best.values[i] = value;
                    best.positions[i] = h * p.width + w;
                }
            }
    }
    return best;
}

template <typename T>
void check(const Pooling& p, int n)
{
    const Buffer<T> x = steps<T>(p.in()), y(p.out()), alone(p.out()), dy = random<T>(p.out(), 2), dx(p.in());
    const Buffer<int> argmax(p.out());
    const Best best = search(p, x);
    // Fewer blocks than there is work: blocks stride over the grid.
    forward(p, n, x, y, &argmax, 3);
    forward<T>(p, n, x, alone, nullptr, 3);
    near(y, best.values, 0);
    near(alone, best.values, 0);
    CHECK(argmax.values() == best.positions);
    std::vector<float> expected(p.in());
    for (long long i = 0; i < p.out(); i++)
        if (best.positions[i] >= 0)
            expected[(i / (1ll * p.out_height() * p.out_width() * p.channels) * p.height * p.width + best.positions[i]) * p.channels + i % p.channels] += to_float(dy[i]);
    backward(p, n, dy, argmax, dx, 3);
    near(dx, expected, rounding<T>);
}

}  // namespace

TEST(every_window)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        check<T>({1, 1, 1, width, 1, 1, 1, 0, 1}, width);
        check<T>({2, 7, 9, 3 * width, 3, 3, 2, 1, 1}, width);
        check<T>({1, 8, 6, 2 * width, 2, 3, 2, 0, 1}, width);
        check<T>({1, 11, 13, width, 3, 3, 2, 2, 2}, width);
        check<T>({1, 6, 6, width, 2, 2, 3, 3, 1}, width);
        check<T>({1, 10, 10, width, 3, 2, 3, 4, 3}, width);
        check<T>({3, 5, 7, width, 5, 7, 1, 0, 1}, width);
        check<T>({1, 2, 31, 33 * width, 2, 2, 1, 1, 1}, width);
    });
}

TEST(not_a_number_beats_all)
{
    const Pooling p{1, 2, 2, 1, 2, 2, 1, 0, 1};
    const Buffer<float> x({INFINITY, NAN, 7, NAN}), y(1);
    const Buffer<int> argmax(1);
    forward(p, 1, x, y, &argmax, 1);
    CHECK(std::isnan(y[0]));
    CHECK_EQUAL(argmax[0], 1);
    const Buffer<float> lowest(4, -INFINITY);
    forward(p, 1, lowest, y, &argmax, 1);
    CHECK_EQUAL(argmax[0], 0);
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Pooling p{(1 << 28) + 1, 1, 1, 8, 1, 1, 1, 0, 1};
        const Window last{1ull << 28, 1};
        Buffer<T> x(p.in());
        const Buffer<T> y(p.out()), dx(p.in());
        const Buffer<int> argmax(p.out());
        T value;
        from_float(1.5f, value);
        for (long long i = p.in() - 8; i < p.in(); i++)
            x.set(i, value);
        forward(p, width, x, y, &argmax, p.images, last);
        CHECK_EQUAL(to_float(y[p.out() - 1]), 1.5f);
        CHECK_EQUAL(argmax[p.out() - 1], 0);
        backward(p, width, y, argmax, dx, p.images, last);
        CHECK_EQUAL(to_float(dx[p.in() - 1]), 1.5f);
    });
}
