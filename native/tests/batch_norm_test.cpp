// batch_norm_test.cpp: each kernel of training and its gradient by itself; the C# tests hold the whole against the definition.
#include <cmath>

#include "tests/columns.h"

namespace
{

template <typename T>
void moments(const Cut& cut, int width)
{
    const Buffer<T> x = random<T>(cut.count(), 1, 99, 101);
    const int columns = cut.columns();
    const Buffer<float> partials(3ll * cut.chunks() * columns);
    launch(variant<T>("batch_norm_moments", width), cut.blocks(width), column_threads, 0,
           {{"x", x}, {"partials", partials}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", columns}, {"width", cut.width}});
    std::vector<float> expected(partials.count());
    for (long long i = 0; i < cut.count(); i++)
    {
        const long long chunk = cut.chunk_of(i / columns), at = 3 * chunk * columns + i % columns;
        const float pivot = to_float(x[chunk * cut.chunk_rows * columns + i % columns]), deviation = to_float(x[i]) - pivot;
        expected[at] = pivot;
        expected[at + columns] += deviation;
        expected[at + 2 * columns] += deviation * deviation;
    }
    near(partials, expected, rounding<float>);
}

/// Chunks of random moments about random pivots: the variance that follows is that of rows that have these.
void statistics(int chunks, int channels, int repeats, bool running)
{
    const int columns = channels * repeats;
    const long long chunk_rows = 5, rows = chunks * chunk_rows - 2;
    const float momentum = 0.25f, epsilon = 0.5f;
    Buffer<float> partials(3ll * chunks * columns);
    std::vector<double> sums(channels), squares(channels);
    const std::vector<float> pivots = random_floats(1ll * chunks * columns, 1, 9, 11), values = random_floats(rows * columns, 2);
    for (long long i = 0; i < partials.count(); i++)
        partials.set(i, 0.0f);
    for (long long i = 0; i < rows * columns; i++)
    {
        const long long chunk = i / columns / chunk_rows, column = i % columns, at = 3 * chunk * columns + column;
        const float pivot = pivots[chunk * columns + column];
        partials.set(at, pivot);
        partials.set(at + columns, partials[at + columns] + values[i]);
        partials.set(at + 2 * columns, partials[at + 2 * columns] + values[i] * values[i]);
        sums[i % channels] += pivot + values[i];
    }
    const double count = static_cast<double>(rows * repeats);
    for (long long i = 0; i < rows * columns; i++)
        squares[i % channels] += std::pow(pivots[i / columns / chunk_rows * columns + i % columns] + values[i] - sums[i % channels] / count, 2);

    const Buffer<float> mean(channels), inv_std(channels), running_mean(channels, 3.0f), running_variance(channels, 4.0f);
    launch("batch_norm_statistics", blocks_of_totals(channels), total_threads, 0,
           {{"partials", partials}, {"running_mean", running ? running_mean.data() : nullptr}, {"running_variance", running ? running_variance.data() : nullptr}, {"mean", mean},
            {"inv_std", inv_std}, {"rows", rows}, {"chunk_rows", chunk_rows}, {"chunks", chunks}, {"columns", columns}, {"channels", channels}, {"momentum", momentum},
            {"epsilon", epsilon}});
    std::vector<float> means, deviations, moved_means, moved_variances;
    for (int c = 0; c < channels; c++)
    {
        const double average = sums[c] / count;
        means.push_back(static_cast<float>(average));
        deviations.push_back(static_cast<float>(1 / std::sqrt(squares[c] / count + epsilon)));
        moved_means.push_back(static_cast<float>(running ? 3 + momentum * (average - 3) : 3));
        moved_variances.push_back(static_cast<float>(running ? 4 + momentum * (squares[c] / std::fmax(1, count - 1) - 4) : 4));
    }
    near(mean, means, rounding<float>);
    near(inv_std, deviations, 4 * rounding<float>);
    near(running_mean, moved_means, rounding<float>);
    near(running_variance, moved_variances, 4 * rounding<float>);
}

template <typename T>
float rectified(const Buffer<T>& y, const Buffer<T>& dy, long long i, bool relu)
{
    return relu && !(to_float(y[i]) > 0) ? 0 : to_float(dy[i]);
}

template <typename T>
void sums(const Cut& cut, int width, bool relu, bool keep)
{
    const int columns = cut.columns();
    const Buffer<T> x = random<T>(cut.count(), 1), y = random<T>(cut.count(), 2), dy = random<T>(cut.count(), 3), g(keep ? cut.count() : 0);
    const Buffer<float> mean = random<float>(cut.channels, 4), partials(2ll * cut.chunks() * columns);
    std::vector<float> expected(partials.count()), kept(g.count());
    for (long long i = 0; i < cut.count(); i++)
    {
        const long long at = 2 * cut.chunk_of(i / columns) * columns + i % columns;
        const float gradient = rectified(y, dy, i, relu);
        expected[at] += gradient;
        expected[at + columns] += gradient * (to_float(x[i]) - mean[i % cut.channels]);
        if (keep)
            kept[i] = gradient;
    }
    launch(variant<T>("batch_norm_sums", width), cut.blocks(width), column_threads, 0,
           {{"x", x}, {"y", relu ? y.data() : nullptr}, {"dy", dy}, {"mean", mean}, {"g", keep ? g.data() : nullptr}, {"partials", partials}, {"rows", cut.rows},
            {"chunk_rows", cut.chunk_rows}, {"columns", columns}, {"channels", cut.channels}, {"width", cut.width}});
    near(partials, expected, 4 * rounding<float>);
    near(g, kept, 0);
}

void gradients(int chunks, int channels, int repeats)
{
    const int columns = channels * repeats;
    const long long rows = 3ll * chunks;
    const Buffer<float> partials = random<float>(2ll * chunks * columns, 1), gamma = random<float>(channels, 2), inv_std = random<float>(channels, 3, 0.5f, 2);
    const Buffer<float> d_gamma(channels, 1.0f), d_beta(channels, 2.0f), factors(3ll * channels);
    std::vector<double> sum(channels), product(channels);
    for (long long i = 0; i < partials.count(); i++)
        (i / columns % 2 == 0 ? sum : product)[i % channels] += partials[i];
    launch("batch_norm_gradients", blocks_of_totals(channels), total_threads, 0,
           {{"partials", partials}, {"gamma", gamma}, {"inv_std", inv_std}, {"d_gamma", d_gamma}, {"d_beta", d_beta}, {"factors", factors}, {"rows", rows}, {"chunks", chunks},
            {"columns", columns}, {"channels", channels}});
    std::vector<float> scale_gradient, shift_gradient, expected(3ll * channels);
    for (int c = 0; c < channels; c++)
    {
        const double count = static_cast<double>(rows * repeats), deviation = inv_std[c], scale = gamma[c] * deviation;
        scale_gradient.push_back(static_cast<float>(1 + product[c] * deviation));
        shift_gradient.push_back(static_cast<float>(2 + sum[c]));
        expected[c] = static_cast<float>(scale);
        expected[channels + c] = static_cast<float>(-scale * deviation * deviation * product[c] / count);
        expected[2 * channels + c] = static_cast<float>(-scale * sum[c] / count);
    }
    near(d_gamma, scale_gradient, rounding<float>);
    near(d_beta, shift_gradient, rounding<float>);
    near(factors, expected, rounding<float>);
}

template <typename T>
void backward(const Cut& cut, int width, bool relu)
{
    const int channels = cut.channels;
    const Buffer<T> x = random<T>(cut.count(), 1), y = random<T>(cut.count(), 2), dy = random<T>(cut.count(), 3);
    const Buffer<float> mean = random<float>(channels, 4), factors = random<float>(3ll * channels, 5);
    std::vector<float> expected(cut.count());
    for (long long i = 0; i < cut.count(); i++)
    {
        const int c = static_cast<int>(i % channels);
        expected[i] = factors[c] * rectified(y, dy, i, relu) + factors[channels + c] * (to_float(x[i]) - mean[c]) + factors[2 * channels + c];
    }
    launch(variant<T>("batch_norm_backward", width), cut.blocks(width), column_threads, 0,
           {{"x", x}, {"y", relu ? y.data() : nullptr}, {"dy", dy}, {"mean", mean}, {"factors", factors}, {"dx", dy}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows},
            {"columns", cut.columns()}, {"channels", channels}, {"width", cut.width}});
    near(dy, expected, rounding<T>);
}

}  // namespace

TEST(moments_of_chunks)
{
    each_variant([](auto type, int width) {
        for (const Cut& cut : cuts(width))
            moments<decltype(type)>(cut, width);
    });
}

TEST(statistics_of_the_batch)
{
    for (const bool running : {false, true})
    {
        statistics(1, 1, 1, running);
        statistics(31, 8, 1, running);
        statistics(33, 9, 1, running);
        statistics(67, 3, 8, running);
        statistics(528, 2, 1, running);
    }
}

TEST(gradient_sums_of_chunks)
{
    each_variant([](auto type, int width) {
        for (const Cut& cut : cuts(width))
        {
            sums<decltype(type)>(cut, width, true, true);
            sums<decltype(type)>(cut, width, false, false);
        }
    });
}

TEST(gradients_of_scale_and_shift)
{
    gradients(1, 1, 1);
    gradients(31, 8, 1);
    gradients(33, 9, 1);
    gradients(67, 3, 8);
    gradients(528, 2, 1);
}

TEST(gradient_of_the_input)
{
    each_variant([](auto type, int width) {
        for (const Cut& cut : cuts(width))
        {
            backward<decltype(type)>(cut, width, true);
            backward<decltype(type)>(cut, width, false);
        }
    });
}

TEST(maps_past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Cut cut = far_cut(width);
        const long long blocks = cut.blocks(width), rest = cut.rows % cut.chunk_rows;
        Buffer<T> x(cut.count()), dy(cut.count());
        fill_last_chunk(x, cut, 0.5f);
        fill_last_chunk(dy, cut, 2.0f);
        const Buffer<float> three(3ll * cut.chunks() * cut.columns()), two(2ll * cut.chunks() * cut.columns()), mean(cut.channels, 0.25f), factors(3ll * cut.channels, 1.0f);
        launch(variant<T>("batch_norm_moments", width), blocks, column_threads, 0,
               {{"x", x}, {"partials", three}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()}, {"width", cut.width}}, last_block(blocks));
        CHECK_EQUAL(three[three.count() - 2ll * cut.columns() - 1], 0.5f);
        CHECK_EQUAL(three[three.count() - 1], 0.0f);
        launch(variant<T>("batch_norm_sums", width), blocks, column_threads, 0,
               {{"x", x}, {"y", x}, {"dy", dy}, {"mean", mean}, {"g", dy}, {"partials", two}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()},
                {"channels", cut.channels}, {"width", cut.width}},
               last_block(blocks));
        CHECK_EQUAL(two[two.count() - 1], 0.5f * static_cast<float>(rest));
        launch(variant<T>("batch_norm_backward", width), blocks, column_threads, 0,
               {{"x", x}, {"y", x}, {"dy", dy}, {"mean", mean}, {"factors", factors}, {"dx", dy}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()},
                {"channels", cut.channels}, {"width", cut.width}},
               last_block(blocks));
        CHECK_EQUAL(to_float(dy[cut.count() - 1]), 3.25f);
    });
}

TEST(partial_sums_past_two_to_the_31_elements)
{
    const int channels = (1 << 30) + 8;
    const long long blocks = blocks_of_totals(channels);
    Buffer<float> three(3ll * channels), two(4ll * channels);
    for (long long c = channels - 8; c < channels; c++)
    {
        three.set(c, 1.0f);
        three.set(channels + c, 2.0f);
        three.set(2ll * channels + c, 3.0f);
        for (int i = 0; i < 4; i++)
            two.set(1ll * i * channels + c, 1.0f);
    }
    const Buffer<float> mean(channels), inv_std(channels), factors(3ll * channels);
    launch("batch_norm_statistics", blocks, total_threads, 0,
           {{"partials", three}, {"running_mean", nullptr}, {"running_variance", nullptr}, {"mean", mean}, {"inv_std", inv_std}, {"rows", 2}, {"chunk_rows", 2}, {"chunks", 1},
            {"columns", channels}, {"channels", channels}, {"momentum", 0.0f}, {"epsilon", 3.5f}},
           last_block(blocks));
    CHECK_EQUAL(mean[channels - 1], 2.0f);
    CHECK_EQUAL(inv_std[channels - 1], 0.5f);
    Buffer<float> gamma(channels), d_gamma(channels), d_beta(channels);
    for (long long c = channels - 8; c < channels; c++)
    {
        gamma.set(c, 1.0f);
        d_gamma.set(c, 0.0f);
        d_beta.set(c, 0.0f);
    }
    launch("batch_norm_gradients", blocks, total_threads, 0,
           {{"partials", two}, {"gamma", gamma}, {"inv_std", inv_std}, {"d_gamma", d_gamma}, {"d_beta", d_beta}, {"factors", factors}, {"rows", 4}, {"chunks", 2},
            {"columns", channels}, {"channels", channels}},
           last_block(blocks));
    CHECK_EQUAL(d_beta[channels - 1], 2.0f);
    CHECK_EQUAL(d_gamma[channels - 1], 1.0f);
    CHECK_EQUAL(factors[factors.count() - 1], -0.25f);
}
