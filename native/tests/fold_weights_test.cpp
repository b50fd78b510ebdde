// fold_weights_test.cpp: a scale per filter, folded into the weights.
#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 128;

template <typename From, typename To>
void check(const std::string& kernel, int filters, int length, int width)
{
    const Buffer<From> w = random<From>(1ll * filters * length);
    const Buffer<float> scale = random<float>(filters, 2);
    const Buffer<To> y(1ll * filters * length);
    std::vector<float> expected(w.count());
    for (long long i = 0; i < w.count(); i++)
        expected[i] = to_float(w[i]) * scale[i / length];
    launch(kernel, filters, threads, 0, {{"w", w}, {"scale", scale}, {"y", y}, {"packs", length / width}});
    near(y, expected, rounding<To>);
}

}  // namespace

TEST(every_filter)
{
    for (const int filters : {1, 31, 64})
        for (const int packs : {1, 9, 31, 33, 128, 129, 300})
        {
            each_variant([&](auto type, int width) { check<decltype(type), decltype(type)>(variant<decltype(type)>("fold_weights", width), filters, packs * width, width); });
            for (const int width : {1, pack_length<bf16>})
                check<float, bf16>(variant<bf16>("fold_weights_narrow", width), filters, packs * width, width);
        }
}

TEST(in_place)
{
    const Buffer<float> w({1, 2, 3, 4}), scale(std::vector<float>{2, -1});
    launch("fold_weights_f32", 2, threads, 0, {{"w", w}, {"scale", scale}, {"y", w}, {"packs", 2}});
    near(w, {2, 4, -3, -4}, 0);
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const long long filters = (1ll << 31) / width + 2, count = filters * width;
        Buffer<T> w(count);
        Buffer<float> scale(filters);
        T half;
        from_float(0.5f, half);
        for (long long i = count - width; i < count; i++)
            w.set(i, half);
        scale.set(filters - 1, 4.0f);
        launch(variant<T>("fold_weights", width), filters, threads, 0, {{"w", w}, {"scale", scale}, {"y", w}, {"packs", 1}}, {static_cast<unsigned long long>(filters) - 1, 1});
        CHECK_EQUAL(to_float(w[count - 1]), 2.0f);
    });
}
