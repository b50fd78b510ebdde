// gather_rows_test.cpp: rows in an order of choice, and the sums of what comes back.
#include "common/fault.cuh"
#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

void gather(int n, const Buffer<float>& x, const Buffer<int>& rows, int sources, int dimension, const Buffer<float>& y, const Buffer<int>& fault, Window window = {})
{
    launch(variant<float>("gather_rows", n), (rows.count() * (dimension / n) + threads - 1) / threads, threads, 0,
           {{"x", x}, {"rows", rows}, {"y", y}, {"fault", fault}, {"count", rows.count()}, {"sources", sources}, {"packs", dimension / n}}, window);
}

void scatter(int n, const Buffer<float>& dy, const Buffer<int>& rows, int targets, int dimension, const Buffer<float>& dx, const Buffer<int>& fault, int blocks, Window window = {})
{
    launch(variant<float>("scatter_add_rows", n), blocks, threads, 0,
           {{"dy", dy}, {"rows", rows}, {"dx", dx}, {"fault", fault}, {"count", rows.count()}, {"targets", targets}, {"packs", dimension / n}}, window);
}

/// Some rows often, some never, some places without one.
void check(int n, int count, int sources, int dimension, int blocks)
{
    std::vector<int> order(count);
    for (int place = 0; place < count; place++)
        order[place] = place % 5 == 3 ? -1 : place * place % (sources + 1) % sources;
    const Buffer<int> rows(order), fault(4, 0);
    const Buffer<float> x = random<float>(1ll * sources * dimension), y(1ll * count * dimension), dx(x.count());
    std::vector<float> chosen(y.count()), sums(x.count());
    for (int place = 0; place < count; place++)
        for (int i = 0; i < dimension && order[place] >= 0; i++)
            chosen[1ll * place * dimension + i] = x[1ll * order[place] * dimension + i];
    gather(n, x, rows, sources, dimension, y, fault);
    near(y, chosen, 0);
    const Buffer<float> dy = random<float>(y.count(), 2);
    for (int place = 0; place < count; place++)
        for (int i = 0; i < dimension && order[place] >= 0; i++)
            sums[1ll * order[place] * dimension + i] += dy[1ll * place * dimension + i];
    scatter(n, dy, rows, sources, dimension, dx, fault, blocks);
    near(dx, sums, 0);
    CHECK_EQUAL(fault[0], 0);
}

}  // namespace

TEST(every_row)
{
    for (const int n : {1, 4})
        for (const int packs : {1, 31, 32, 33, 70})
            for (const int count : {1, 32, 67})
                check(n, count, 7, packs * n, packs == 70 ? 1 : 3);
}

TEST(the_first_row_past_the_last_is_reported)
{
    const Buffer<int> rows({0, -1, 3, 2}), gathered(4, 0), scattered(4, 0);
    const Buffer<float> x(std::vector<float>{1, 2}), y(4), dx(2);
    gather(1, x, rows, 2, 1, y, gathered);
    near(y, {1, 0, 0, 0}, 0);
    CHECK(gathered.values() == std::vector<int>({gather_row, 2, 0, 3}));
    scatter(1, y, rows, 2, 1, dx, scattered, 1);
    near(dx, {1, 0}, 0);
    CHECK(scattered.values() == std::vector<int>({scatter_row, 2, 0, 3}));
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, sources = (1 << 19) + 1;
    for (const int n : {1, 4})
    {
        const Buffer<int> last(1, sources - 1), fault(4, 0);
        Buffer<float> x(1ll * sources * dimension), y(dimension);
        for (int i = 0; i < dimension; i++)
            x.set(1ll * (sources - 1) * dimension + i, 1.0f * i);
        gather(n, x, last, sources, dimension, y, fault);
        CHECK_EQUAL(y[dimension - 1], dimension - 1.0f);
        const unsigned long long warps = 1ull * sources * (dimension / n / 32), blocks = (warps + 7) / 8;
        scatter(n, y, last, sources, dimension, x, fault, static_cast<int>(blocks), {blocks - 1, 1});
        CHECK_EQUAL(x[x.count() - 1], dimension - 1.0f);
    }
}
