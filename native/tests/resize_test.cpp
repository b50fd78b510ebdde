// resize_test.cpp: bilinear resize.
#include <algorithm>
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

struct Sizes
{
    int images, height, width, channels, out_height, out_width;

    float scale_y() const { return static_cast<float>(out_height) / height; }
    float scale_x() const { return static_cast<float>(out_width) / width; }
    long long in() const { return 1ll * images * height * width * channels; }
    long long out() const { return 1ll * images * out_height * out_width * channels; }
};

template <typename T>
void resize(const Sizes& s, int n, const Buffer<T>& x, const Buffer<T>& y, long long blocks, Window window = {})
{
    launch(variant<T>("resize_bilinear", n), blocks, threads, 0,
           {{"x", x}, {"y", y}, {"rows", 1ll * s.images * s.out_height}, {"segments", (s.out_width * (s.channels / n) + threads - 1) / threads}, {"height", s.height},
            {"width", s.width}, {"channels", s.channels}, {"out_height", s.out_height}, {"out_width", s.out_width}, {"scale_y", s.scale_y()}, {"scale_x", s.scale_x()}},
           window);
}

double position(long long coordinate, float scale, int extent) { return std::clamp((coordinate + 0.5) / scale - 0.5, 0.0, extent - 1.0); }

template <typename T>
void check(const Sizes& s, int n)
{
    const Buffer<T> x = random<T>(s.in()), y(s.out());
    std::vector<float> expected;
    for (long long i = 0; i < s.out(); i++)
    {
        const long long place = i / s.channels, image = place / s.out_width / s.out_height;
        const double row = position(place / s.out_width % s.out_height, s.scale_y(), s.height), column = position(place % s.out_width, s.scale_x(), s.width);
        const auto at = [&](int h, int w) {
            return to_float(x[((image * s.height + std::min(h, s.height - 1)) * s.width + std::min(w, s.width - 1)) * s.channels + i % s.channels]);
        };
        const int top = static_cast<int>(row), left = static_cast<int>(column);
        const double upper = at(top, left) + (column - left) * (at(top, left + 1) - at(top, left));
        const double lower = at(top + 1, left) + (column - left) * (at(top + 1, left + 1) - at(top + 1, left));
        expected.push_back(static_cast<float>(upper + (row - top) * (lower - upper)));
    }
    // Fewer blocks than there is work: blocks stride over the grid.
    resize(s, n, x, y, 3);
    near(y, expected, rounding<T>);
}

}  // namespace

TEST(every_size)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        check<T>({1, 1, 1, width, 3, 4}, width);
        check<T>({2, 5, 7, 3 * width, 9, 4}, width);
        check<T>({1, 13, 4, width, 6, 8}, width);
        check<T>({1, 9, 11, 33 * width, 1, 31}, width);
        check<T>({0, 3, 3, width, 2, 2}, width);
    });
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Sizes s{(1 << 28) + 1, 1, 1, 8, 1, 1};
        Buffer<T> x(s.in());
        const Buffer<T> y(s.out());
        T value;
        from_float(1.5f, value);
        for (long long i = s.in() - 8; i < s.in(); i++)
            x.set(i, value);
        resize(s, width, x, y, s.images, {1ull << 28, 1});
        CHECK_EQUAL(to_float(y[s.out() - 1]), 1.5f);
    });
}
