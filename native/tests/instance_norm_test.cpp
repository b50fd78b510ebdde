// instance_norm_test.cpp: each kernel by itself; the C# tests hold the whole against the definition.
#include <cmath>

#include "tests/columns.h"

namespace
{

/// Images, each cut as a host might; the first `split` channels are normalised by image.
struct Map
{
    int images;
    Cut cut;
    int split;

    int columns() const { return cut.channels; }
    long long image_count() const { return cut.rows * columns(); }
    long long count() const { return images * image_count(); }
    long long blocks(int n) const { return images * cut.blocks(n); }
    long long table(long long i) const { return i / image_count() * columns() + i % columns(); }

    /// Where the first of `kinds` partial values of an element lies.
    long long partial(long long i, int kinds) const
    {
        const long long chunk = i / image_count() * cut.chunks() + cut.chunk_of(i % image_count() / columns());
        return chunk * kinds * columns() + i % columns();
    }
};

std::vector<Map> maps(int n)
{
    return {
        {1, {1, 1, n, 1, 1}, n},         // one pack
        {3, {33, 7, 5 * n, 1, 2}, 2 * n + 1}, // chunks and tiles, ragged; a pack of both kinds where n > 1
        {2, {300, 300, n, 1, 1}, 0},     // 256 lanes
        {35, {5, 2, 8 * n, 1, 8}, 4 * n}, // more images than lanes of a total
    };
}

template <typename T>
float rectified(const Buffer<T>& y, const Buffer<T>& dy, long long i, bool relu)
{
    return relu && !(to_float(y[i]) > 0) ? 0 : to_float(dy[i]);
}

template <typename T>
void moments(const Map& map, int width, int taken)
{
    const Buffer<T> x = random<T>(map.count(), 1, 99, 101);
    const int columns = map.columns();
    const float untouched = -5;
    const Buffer<float> partials(3ll * map.images * map.cut.chunks() * columns, untouched);
    const Cut walked = {map.cut.rows, map.cut.chunk_rows, taken, 1, map.cut.width};
    launch(variant<T>("instance_norm_moments", width), map.images * walked.blocks(width), column_threads, 0,
           {{"x", x}, {"partials", partials}, {"rows", map.cut.rows}, {"chunk_rows", map.cut.chunk_rows}, {"chunks", map.cut.chunks()}, {"columns", columns}, {"taken", taken},
            {"width", map.cut.width}});
    std::vector<float> expected(partials.count(), untouched), pivots(partials.count());
    for (long long i = 0; i < map.count(); i++)
    {
        if (i % columns >= taken)
            continue;
        const long long at = map.partial(i, 3), row = i % map.image_count() / columns;
        if (row % map.cut.chunk_rows == 0)
        {
            expected[at] = to_float(x[i]);
            expected[at + columns] = expected[at + 2 * columns] = 0;
        }
        const float deviation = to_float(x[i]) - expected[at];
        expected[at + columns] += deviation;
        expected[at + 2 * columns] += deviation * deviation;
    }
    near(partials, expected, rounding<float>);
}

/// Chunks of random moments about random pivots: the variance that follows is that of rows that have these.
void statistics(int images, int chunks, int channels, int split, bool stored, bool running)
{
    const long long chunk_rows = 3, rows = chunks * chunk_rows - 1;
    const float momentum = 0.25f, epsilon = 0.5f;
    const int tail = channels - split;
    Buffer<float> partials(std::vector<float>(3ll * images * chunks * channels));
    std::vector<double> sums(images * channels), squares(images * channels), all(channels), all_squares(channels);
    std::vector<float> values = random_floats(images * rows * channels, 1, 9, 11);
    const Map map = {images, {rows, chunk_rows, channels, 1, 1}, split};
    for (long long i = 0; i < map.count(); i++)
    {
        const long long at = map.partial(i, 3);
        if (i % map.image_count() / channels % chunk_rows == 0)
            partials.set(at, values[i]);
        const float deviation = values[i] - partials[at];
        partials.set(at + channels, partials[at + channels] + deviation);
        partials.set(at + 2 * channels, partials[at + 2 * channels] + deviation * deviation);
        sums[map.table(i)] += values[i];
        all[i % channels] += values[i];
    }
    const double count = static_cast<double>(rows * images);
    for (long long i = 0; i < map.count(); i++)
    {
        squares[map.table(i)] += std::pow(values[i] - sums[map.table(i)] / rows, 2);
        all_squares[i % channels] += std::pow(values[i] - all[i % channels] / count, 2);
    }
    const Buffer<float> mean(images * channels), inv_std(images * channels), running_mean(tail, 3.0f), running_variance(tail, 4.0f);
    launch("instance_norm_statistics", blocks_of_totals(channels), total_threads, 0,
           {{"partials", partials}, {"running_mean", running ? running_mean.data() : nullptr}, {"running_variance", running ? running_variance.data() : nullptr}, {"mean", mean},
            {"inv_std", inv_std}, {"rows", rows}, {"chunk_rows", chunk_rows}, {"chunks", chunks}, {"images", images}, {"channels", channels}, {"split", split}, {"stored", stored ? 1 : 0},
            {"momentum", momentum}, {"epsilon", epsilon}});
    std::vector<float> means, deviations, moved_means, moved_variances;
    for (int at = 0; at < images * channels; at++)
    {
        const int c = at % channels;
        const double average = c < split ? sums[at] / rows : stored ? 3 : all[c] / count;
        const double variance = c < split ? squares[at] / rows : stored ? 4 : all_squares[c] / count;
        means.push_back(static_cast<float>(average));
        deviations.push_back(static_cast<float>(1 / std::sqrt(variance + epsilon)));
    }
    for (int c = split; c < channels; c++)
    {
        const bool moved = running && !stored;
        moved_means.push_back(static_cast<float>(moved ? 3 + momentum * (all[c] / count - 3) : 3));
        moved_variances.push_back(static_cast<float>(moved ? 4 + momentum * (all_squares[c] / std::fmax(1, count - 1) - 4) : 4));
    }
    near(mean, means, rounding<float>);
    near(inv_std, deviations, 4 * rounding<float>);
    near(running_mean, moved_means, rounding<float>);
    near(running_variance, moved_variances, 4 * rounding<float>);
}

template <typename T>
void forward(const Map& map, int width, bool relu)
{
    const int columns = map.columns(), split = map.split;
    const Buffer<T> x = random<T>(map.count(), 1);
    const Buffer<float> mean = random<float>(map.images * columns, 2), inv_std = random<float>(map.images * columns, 3, 0.5f, 2);
    const Buffer<float> gamma = random<float>(split, 4), beta = random<float>(split, 5), tail_gamma = random<float>(columns - split, 6), tail_beta = random<float>(columns - split, 7);
    std::vector<float> expected(map.count());
    for (long long i = 0; i < map.count(); i++)
    {
        const int c = static_cast<int>(i % columns);
        const float scale = c < split ? gamma[c] : tail_gamma[c - split], shift = c < split ? beta[c] : tail_beta[c - split];
        const float value = (to_float(x[i]) - mean[map.table(i)]) * inv_std[map.table(i)] * scale + shift;
        expected[i] = relu && value < 0 ? 0 : value;
    }
    launch(variant<T>("instance_norm_forward", width), map.blocks(width), column_threads, 0,
           {{"x", x}, {"mean", mean}, {"inv_std", inv_std}, {"gamma", gamma}, {"beta", beta}, {"tail_gamma", tail_gamma}, {"tail_beta", tail_beta}, {"y", x}, {"rows", map.cut.rows},
            {"chunk_rows", map.cut.chunk_rows}, {"chunks", map.cut.chunks()}, {"columns", columns}, {"split", split}, {"width", map.cut.width}, {"relu", relu ? 1 : 0}});
    near(x, expected, rounding<T>);
}

template <typename T>
void sums(const Map& map, int width, bool relu)
{
    const int columns = map.columns();
    const Buffer<T> x = random<T>(map.count(), 1), y = random<T>(map.count(), 2), dy = random<T>(map.count(), 3);
    const Buffer<float> mean = random<float>(map.images * columns, 4), partials(2ll * map.images * map.cut.chunks() * columns);
    std::vector<float> expected(partials.count());
    for (long long i = 0; i < map.count(); i++)
    {
        const float gradient = rectified(y, dy, i, relu);
        expected[map.partial(i, 2)] += gradient;
        expected[map.partial(i, 2) + columns] += gradient * (to_float(x[i]) - mean[map.table(i)]);
    }
    launch(variant<T>("instance_norm_sums", width), map.blocks(width), column_threads, 0,
           {{"x", x}, {"y", relu ? y.data() : nullptr}, {"dy", dy}, {"mean", mean}, {"partials", partials}, {"rows", map.cut.rows}, {"chunk_rows", map.cut.chunk_rows},
            {"chunks", map.cut.chunks()}, {"columns", columns}, {"width", map.cut.width}});
    near(partials, expected, 4 * rounding<float>);
}

void gradients(int images, int chunks, int channels, int split, bool stored)
{
    const long long rows = 3ll * chunks;
    const int tail = channels - split;
    const Buffer<float> partials = random<float>(2ll * images * chunks * channels, 1), inv_std = random<float>(images * channels, 2, 0.5f, 2);
    const Buffer<float> gamma = random<float>(split, 3), tail_gamma = random<float>(tail, 4), factors(3ll * images * channels);
    const Buffer<float> d_gamma(split, 1.0f), d_beta(split, 2.0f), d_tail_gamma(tail, 3.0f), d_tail_beta(tail, 4.0f);
    std::vector<double> sum(images * channels), product(images * channels), all(channels), all_products(channels);
    for (long long i = 0; i < partials.count(); i++)
    {
        const long long at = i / (2ll * chunks * channels) * channels + i % channels;
        const bool first = i / channels % 2 == 0;
        const double value = first ? partials[i] : 1.0 * partials[i] * inv_std[at];
        (first ? sum : product)[at] += value;
        (first ? all : all_products)[i % channels] += value;
    }
    launch("instance_norm_gradients", blocks_of_totals(channels), total_threads, 0,
           {{"partials", partials}, {"inv_std", inv_std}, {"gamma", gamma}, {"tail_gamma", tail_gamma}, {"d_gamma", d_gamma}, {"d_beta", d_beta}, {"d_tail_gamma", d_tail_gamma},
            {"d_tail_beta", d_tail_beta}, {"factors", factors}, {"rows", rows}, {"chunks", chunks}, {"images", images}, {"channels", channels}, {"split", split}, {"stored", stored ? 1 : 0}});
    std::vector<float> expected(factors.count()), scales, shifts, tail_scales, tail_shifts;
    for (int at = 0; at < images * channels; at++)
    {
        const int c = at % channels;
        const double scale = (c < split ? gamma[c] : tail_gamma[c - split]) * inv_std[at], count = c < split ? 1.0 * rows : 1.0 * rows * images;
        const double whole = c < split ? sum[at] : stored ? 0 : all[c], products = c < split ? product[at] : stored ? 0 : all_products[c];
        float* factor = expected.data() + 3ll * (at / channels) * channels + c;
        factor[0] = static_cast<float>(scale);
        factor[channels] = static_cast<float>(-scale * inv_std[at] * products / count);
        factor[2 * channels] = static_cast<float>(-scale * whole / count);
    }
    for (int c = 0; c < channels; c++)
    {
        (c < split ? scales : tail_scales).push_back(static_cast<float>((c < split ? 1 : 3) + all_products[c]));
        (c < split ? shifts : tail_shifts).push_back(static_cast<float>((c < split ? 2 : 4) + all[c]));
    }
    near(factors, expected, rounding<float>);
    near(d_gamma, scales, rounding<float>);
    near(d_beta, shifts, rounding<float>);
    near(d_tail_gamma, tail_scales, rounding<float>);
    near(d_tail_beta, tail_shifts, rounding<float>);
}

template <typename T>
void backward(const Map& map, int width, bool relu)
{
    const int columns = map.columns();
    const Buffer<T> x = random<T>(map.count(), 1), y = random<T>(map.count(), 2), dy = random<T>(map.count(), 3);
    const Buffer<float> mean = random<float>(map.images * columns, 4), factors = random<float>(3ll * map.images * columns, 5);
    std::vector<float> expected(map.count());
    for (long long i = 0; i < map.count(); i++)
    {
        const float* factor = factors.data() + 3 * (i / map.image_count()) * columns + i % columns;
        expected[i] = factor[0] * rectified(y, dy, i, relu) + factor[columns] * (to_float(x[i]) - mean[map.table(i)]) + factor[2 * columns];
    }
    launch(variant<T>("instance_norm_backward", width), map.blocks(width), column_threads, 0,
           {{"x", x}, {"y", relu ? y.data() : nullptr}, {"dy", dy}, {"mean", mean}, {"factors", factors}, {"dx", dy}, {"rows", map.cut.rows}, {"chunk_rows", map.cut.chunk_rows},
            {"chunks", map.cut.chunks()}, {"columns", columns}, {"width", map.cut.width}});
    near(dy, expected, rounding<T>);
}

}  // namespace

TEST(moments_of_chunks)
{
    each_variant([](auto type, int width) {
        for (const Map& map : maps(width))
        {
            moments<decltype(type)>(map, width, map.columns());
            moments<decltype(type)>(map, width, (map.split + width - 1) / width * width);
        }
    });
}

TEST(statistics_of_images_and_batch)
{
    for (const bool stored : {false, true})
    {
        statistics(1, 1, 1, 1, stored, false);
        statistics(3, 5, 9, 9, stored, false);
        statistics(2, 33, 19, 11, stored, true);
        statistics(35, 2, 16, 8, stored, true);
        statistics(67, 1, 3, 0, stored, true);
    }
    statistics(2, 2, 10, 5, false, false);
}

TEST(the_pass_over_the_map)
{
    each_variant([](auto type, int width) {
        for (const Map& map : maps(width))
            for (const bool relu : {false, true})
                forward<decltype(type)>(map, width, relu);
    });
}

TEST(gradient_sums_of_chunks)
{
    each_variant([](auto type, int width) {
        for (const Map& map : maps(width))
            for (const bool relu : {false, true})
                sums<decltype(type)>(map, width, relu);
    });
}

TEST(gradients_of_scale_and_shift)
{
    for (const bool stored : {false, true})
    {
        gradients(1, 1, 1, 1, stored);
        gradients(3, 5, 9, 9, stored);
        gradients(2, 33, 19, 11, stored);
        gradients(67, 2, 16, 0, stored);
    }
}

TEST(gradient_of_the_input)
{
    each_variant([](auto type, int width) {
        for (const Map& map : maps(width))
            for (const bool relu : {false, true})
                backward<decltype(type)>(map, width, relu);
    });
}

TEST(maps_past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Cut cut = {64, 64, 16 * width, 1, 16};
        const Map map = {(1 << 30) / (32 * 16 * width) + 3, cut, 8 * width};
        const int columns = map.columns();
        const long long blocks = map.blocks(width), last = map.count() - map.image_count();
        Buffer<T> x(map.count()), dy(map.count());
        for (long long i = last; i < map.count(); i++)
        {
            T half, two;
            from_float(0.5f, half);
            from_float(2.0f, two);
            x.set(i, half);
            dy.set(i, two);
        }
        Buffer<float> mean(1ll * map.images * columns), inv_std(mean.count()), three(3 * mean.count()), two(2 * mean.count()), factors(3 * mean.count());
        for (long long at = mean.count() - columns; at < mean.count(); at++)
        {
            mean.set(at, 0.25f);
            inv_std.set(at, 4.0f);
        }
        for (long long at = factors.count() - 3 * columns; at < factors.count(); at++)
            factors.set(at, 1.0f);
        const Buffer<float> ones(8ll * width, 1.0f);
        launch(variant<T>("instance_norm_moments", width), blocks, column_threads, 0,
               {{"x", x}, {"partials", three}, {"rows", 64}, {"chunk_rows", 64}, {"chunks", 1}, {"columns", columns}, {"taken", columns}, {"width", 16}}, last_block(blocks));
        CHECK_EQUAL(three[three.count() - 2ll * columns - 1], 0.5f);
        launch(variant<T>("instance_norm_sums", width), blocks, column_threads, 0,
               {{"x", x}, {"y", x}, {"dy", dy}, {"mean", mean}, {"partials", two}, {"rows", 64}, {"chunk_rows", 64}, {"chunks", 1}, {"columns", columns}, {"width", 16}}, last_block(blocks));
        CHECK_EQUAL(two[two.count() - 1], 32.0f);
        launch(variant<T>("instance_norm_backward", width), blocks, column_threads, 0,
               {{"x", x}, {"y", x}, {"dy", dy}, {"mean", mean}, {"factors", factors}, {"dx", dy}, {"rows", 64}, {"chunk_rows", 64}, {"chunks", 1}, {"columns", columns}, {"width", 16}},
               last_block(blocks));
        CHECK_EQUAL(to_float(dy[map.count() - 1]), 3.25f);
        launch(variant<T>("instance_norm_forward", width), blocks, column_threads, 0,
               {{"x", x}, {"mean", mean}, {"inv_std", inv_std}, {"gamma", ones}, {"beta", ones}, {"tail_gamma", ones}, {"tail_beta", ones}, {"y", x}, {"rows", 64}, {"chunk_rows", 64},
                {"chunks", 1}, {"columns", columns}, {"split", 8 * width}, {"width", 16}, {"relu", 1}},
               last_block(blocks));
        CHECK_EQUAL(to_float(x[map.count() - 1]), 2.0f);
    });
}
