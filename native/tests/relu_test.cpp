// relu_test.cpp: the pattern of a kernel's native test. It is built twice, with the kernels under the address and
// undefined-behaviour sanitizers and with the watched ones; what it launches must be right, and clean besides.
#include <algorithm>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

template <typename T>
void forward(long long count, int width)
{
    const Buffer<T> x = random<T>(count), y(count);
    std::vector<float> expected = to_floats(x.values());
    for (float& value : expected)
        value = std::max(value, 0.0f);
    const long long packs = count / width;
    launch(variant<T>("relu_forward", width), (packs + threads - 1) / threads, threads, 0, {{"x", x}, {"y", y}, {"packs", packs}});
    near(y, expected, 0);
}

template <typename T>
void backward(long long count, int width)
{
    const Buffer<T> y = random<T>(count, 1), dy = random<T>(count, 2), dx(count);
    std::vector<float> expected = to_floats(dy.values());
    for (long long i = 0; i < count; i++)
        expected[i] = to_float(y[i]) > 0 ? expected[i] : 0;
    // Fewer blocks than there is work: threads stride over the grid.
    launch(variant<T>("relu_backward", width), 2, threads, 0, {{"y", y}, {"dy", dy}, {"dx", dx}, {"packs", count / width}});
    near(dx, expected, 0);
}

/// The last block of a tensor that ends past 2^31 elements. Only the pages that it touches come into being.
template <typename T>
void far(int width)
{
    const long long count = (1ll << 31) + 4 * threads * width, blocks = count / (threads * width), first = count - threads * width;
    Buffer<T> x(count);
    const Buffer<T> y(count);
    T value;
    from_float(-1.5f, value);
    for (long long i = first; i < count; i++)
        x.set(i, value);
    launch(variant<T>("relu_forward", width), blocks, threads, 0, {{"x", x}, {"y", y}, {"packs", count / width}}, {static_cast<unsigned long long>(blocks) - 1, 1});
    for (long long i = first; i < count; i++)
        CHECK_EQUAL(to_float(y[i]), 0.0f);
}

}  // namespace

TEST(every_size)
{
    for (const long long count : {0, 1, 31, 32, 33, 257, 1031, 5003})
    {
        forward<float>(count, 1);
        forward<bf16>(count, 1);
        backward<float>(count, 1);
        backward<bf16>(count, 1);
    }
}

TEST(sixteen_bytes_at_a_time)
{
    for (const long long packs : {0, 1, 31, 32, 33, 257, 1031})
    {
        forward<float>(packs * 4, 4);
        forward<bf16>(packs * 8, 8);
        backward<float>(packs * 4, 4);
        backward<bf16>(packs * 8, 8);
    }
}

TEST(past_two_to_the_31_elements)
{
    far<float>(1);
    far<float>(4);
    far<bf16>(1);
    far<bf16>(8);
}

TEST(not_a_number_stays_so)
{
    const Buffer<float> x({NAN, -0.0f, INFINITY, -INFINITY}), y(4);
    launch("relu_forward_f32", 1, threads, 0, {{"x", x}, {"y", y}, {"packs", 4}});
    near(y, {NAN, 0, INFINITY, 0}, 0);
}
