// column_sum_test.cpp: sums of chunks and of all.
#include "tests/columns.h"

namespace
{

template <typename T>
void partial(const Cut& cut, int width)
{
    const Buffer<T> x = random<T>(cut.count());
    const Buffer<float> partials(static_cast<long long>(cut.chunks()) * cut.columns());
    launch(variant<T>("column_sum_partial", width), cut.blocks(width), column_threads, 0,
           {{"x", x}, {"partials", partials}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()}, {"width", cut.width}});
    std::vector<float> expected(partials.count());
    for (long long i = 0; i < cut.count(); i++)
        expected[cut.chunk_of(i / cut.columns()) * cut.columns() + i % cut.columns()] += to_float(x[i]);
    near(partials, expected, rounding<float>);
}

void total(int chunks, int channels, int repeats, bool accumulate)
{
    const Buffer<float> partials = random<float>(static_cast<long long>(chunks) * channels * repeats, 1), y = random<float>(channels, 2);
    std::vector<float> expected = accumulate ? y.values() : std::vector<float>(channels);
    for (long long i = 0; i < partials.count(); i++)
        expected[i % channels] += partials[i];
    launch("column_sum_total", blocks_of_totals(channels), total_threads, 0,
           {{"partials", partials}, {"y", y}, {"chunks", chunks}, {"columns", channels * repeats}, {"channels", channels}, {"accumulate", accumulate ? 1 : 0}});
    near(y, expected, rounding<float>);
}

}  // namespace

TEST(chunks)
{
    each_variant([](auto type, int width) {
        for (const Cut& cut : cuts(width))
            partial<decltype(type)>(cut, width);
    });
}

TEST(totals)
{
    for (const bool accumulate : {false, true})
    {
        total(0, 5, 1, accumulate);
        total(1, 1, 1, accumulate);
        total(31, 8, 1, accumulate);
        total(33, 9, 1, accumulate);
        total(528, 31, 1, accumulate);
        total(67, 3, 8, accumulate);
    }
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        const Cut cut = far_cut(width);
        Buffer<T> x(cut.count());
        fill_last_chunk(x, cut, 0.5f);
        const Buffer<float> partials(static_cast<long long>(cut.chunks()) * cut.columns());
        launch(variant<T>("column_sum_partial", width), cut.blocks(width), column_threads, 0,
               {{"x", x}, {"partials", partials}, {"rows", cut.rows}, {"chunk_rows", cut.chunk_rows}, {"columns", cut.columns()}, {"width", cut.width}},
               last_block(cut.blocks(width)));
        CHECK_EQUAL(partials[partials.count() - 1], 0.5f * static_cast<float>(cut.rows % cut.chunk_rows));
    });
    const int channels = (1 << 30) + 8;
    Buffer<float> partials(2ll * channels);
    const Buffer<float> y(channels);
    for (int i = channels - 8; i < channels; i++)
    {
        partials.set(i, 1.0f);
        partials.set(1ll * channels + i, 2.0f);
    }
    const long long blocks = blocks_of_totals(channels);
    launch("column_sum_total", blocks, total_threads, 0,
           {{"partials", partials}, {"y", y}, {"chunks", 2}, {"columns", channels}, {"channels", channels}, {"accumulate", 0}}, last_block(blocks));
    CHECK_EQUAL(y[channels - 1], 3.0f);
}
