// scale_shift_test.cpp: an affine map of each channel, with residual and rectifier.
#include "tests/columns.h"

namespace
{

struct Options
{
    bool training, residual, relu;
};

template <typename T>
void scale_shift(const Cut& cut, int width, Options options)
{
    const int channels = cut.channels;
    const Buffer<T> x = random<T>(cut.count(), 1), residual = random<T>(cut.count(), 2), y(cut.count());
    const Buffer<float> center = random<float>(channels, 3), scale = random<float>(channels, 4), factor = random<float>(channels, 5), shift = random<float>(channels, 6);
    std::vector<float> expected(cut.count());
    for (long long i = 0; i < cut.count(); i++)
    {
        const int c = static_cast<int>(i % channels);
        const float input = to_float(x[i]), affine = options.training ? (input - center[c]) * scale[c] * factor[c] : input * scale[c];
        const float value = affine + shift[c] + (options.residual ? to_float(residual[i]) : 0.0f);
        expected[i] = options.relu && value < 0 ? 0 : value;
    }
    launch(variant<T>("scale_shift", width), cut.blocks(width), column_threads, 0,
           {{"x", x}, {"center", options.training ? center.data() : nullptr}, {"scale", scale}, {"factor", options.training ? factor.data() : nullptr}, {"shift", shift},
            {"residual", options.residual ? residual.data() : nullptr}, {"y", y}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()},
            {"channels", channels}, {"width", cut.width}, {"relu", options.relu ? 1 : 0}});
    near(y, expected, rounding<T>);
}

}  // namespace

TEST(every_cut)
{
    each_variant([](auto type, int width) {
        for (const Cut& cut : cuts(width))
        {
            scale_shift<decltype(type)>(cut, width, {true, true, true});
            scale_shift<decltype(type)>(cut, width, {false, false, false});
            scale_shift<decltype(type)>(cut, width, {false, true, false});
        }
    });
}

TEST(the_rectifier_keeps_what_is_not_a_number)
{
    const Buffer<float> x({NAN, INFINITY, -INFINITY, -1}), ones(4, 1.0f), zeros(4, 0.0f);
    launch("scale_shift_f32x4", 1, column_threads, 0,
           {{"x", x}, {"center", nullptr}, {"scale", ones}, {"factor", nullptr}, {"shift", zeros}, {"residual", nullptr}, {"y", x}, {"rows", 1}, {"chunk_rows", 1},
            {"columns", 4}, {"channels", 4}, {"width", 1}, {"relu", 1}});
    near(x, {NAN, INFINITY, 0, 0}, 0);
}

TEST(without_any_factor_what_is_left_is_added)
{
    const Buffer<float> x({1, -2, 3, -4}), residual({1, 1, -5, 5});
    launch("scale_shift_f32x4", 1, column_threads, 0,
           {{"x", x}, {"center", nullptr}, {"scale", nullptr}, {"factor", nullptr}, {"shift", nullptr}, {"residual", residual}, {"y", x}, {"rows", 1}, {"chunk_rows", 1},
            {"columns", 4}, {"channels", 4}, {"width", 1}, {"relu", 1}});
    near(x, {2, 0, 0, 1}, 0);
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Cut cut = far_cut(width);
        Buffer<T> x(cut.count()), residual(cut.count());
        fill_last_chunk(x, cut, 0.5f);
        fill_last_chunk(residual, cut, 0.25f);
        const Buffer<T> y(cut.count());
        const Buffer<float> scale(cut.channels, 2.0f), shift(cut.channels, 1.0f);
        launch(variant<T>("scale_shift", width), cut.blocks(width), column_threads, 0,
               {{"x", x}, {"center", nullptr}, {"scale", scale}, {"factor", nullptr}, {"shift", shift}, {"residual", residual}, {"y", y}, {"rows", cut.rows},
                {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()}, {"channels", cut.channels}, {"width", cut.width}, {"relu", 1}},
               last_block(cut.blocks(width)));
        CHECK_EQUAL(to_float(y[cut.count() - 1]), 2.25f);
    });
}
