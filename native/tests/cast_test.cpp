// cast_test.cpp: float to bfloat16 and back.
#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

std::string name(const char* kernel, int width) { return variant<bf16>(kernel, width); }

}  // namespace

TEST(every_size)
{
    for (const int width : {1, pack_length<bf16>})
        for (const long long packs : {0, 1, 31, 32, 33, 257, 1031})
        {
            const long long count = packs * width;
            const Buffer<float> x = random<float>(count), back(count);
            const Buffer<bf16> y(count);
            launch(name("cast_narrow", width), 2, threads, 0, {{"x", x}, {"y", y}, {"packs", packs}});
            const std::vector<float> rounded = to_floats(to_bf16(x.values()));
            near(y, rounded, 0);
            launch(name("cast_widen", width), 2, threads, 0, {{"x", y}, {"y", back}, {"packs", packs}});
            near(back, rounded, 0);
        }
}

TEST(edges)
{
    const Buffer<float> x({NAN, INFINITY, -INFINITY, 3.4e38f, 1.00390625f, 1.01171875f, -0.0f, 1e-45f});
    const Buffer<bf16> y(8);
    launch("cast_narrow_bf16x8", 1, threads, 0, {{"x", x}, {"y", y}, {"packs", 1}});
    near(y, {NAN, INFINITY, -INFINITY, INFINITY, 1.0f, 1.015625f, 0.0f, 0.0f}, 0);
}

TEST(past_two_to_the_31_elements)
{
    for (const int width : {1, pack_length<bf16>})
    {
        const long long blocks = (1ll << 31) / (threads * width) + 1, count = blocks * threads * width, first = count - threads * width;
        const Window last{static_cast<unsigned long long>(blocks) - 1, 1};
        Buffer<float> x(count);
        const Buffer<float> back(count);
        const Buffer<bf16> y(count);
        for (long long i = first; i < count; i++)
            x.set(i, 0.5f);
        launch(name("cast_narrow", width), blocks, threads, 0, {{"x", x}, {"y", y}, {"packs", count / width}}, last);
        launch(name("cast_widen", width), blocks, threads, 0, {{"x", y}, {"y", back}, {"packs", count / width}}, last);
        for (long long i = first; i < count; i++)
            CHECK_EQUAL(back[i], 0.5f);
    }
}
