// gradient_norm_test.cpp: the norm over tables of tensors and clipping by it.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256, sum_threads = 1024;
constexpr long long chunk_length = 4096;

struct Row
{
    float* values;
    long long count;
};

/// Tensors of some lengths, each beginning elsewhere within 16 bytes.
struct Gradients
{
    std::vector<Buffer<float>> tensors;
    std::vector<Row> rows;
    std::vector<long long> starts;
    long long chunks = 0;
    double squares = 0;

    explicit Gradients(const std::vector<long long>& lengths)
    {
        for (const long long length : lengths)
        {
            const int skip = static_cast<int>(tensors.size() % 4);
            tensors.push_back(random<float>(skip + length, static_cast<unsigned>(length) + 1));
            rows.push_back({tensors.back().data() + skip, length});
            starts.push_back(chunks);
            chunks += (length + chunk_length - 1) / chunk_length;
            for (long long i = 0; i < length; i++)
                squares += static_cast<double>(rows.back().values[i]) * rows.back().values[i];
        }
    }

    int count() const { return static_cast<int>(rows.size()); }
};

}  // namespace

TEST(norms)
{
    for (const auto& lengths : std::vector<std::vector<long long>>{{1}, {31, 32, 33}, {4095, 4096, 4097, 2, 9001}, {3 * chunk_length}})
    {
        const Gradients gradients(lengths);
        const Buffer<double> partial(gradients.chunks);
        const Buffer<float> norm(1);
        launch("gradient_squares", gradients.chunks, threads, 0,
            {{"rows", Buffer<Row>(gradients.rows)}, {"starts", Buffer<long long>(gradients.starts)}, {"partial", partial}, {"tensors", gradients.count()}});
        launch("gradient_norm", 1, sum_threads, 0, {{"partial", partial}, {"chunks", gradients.chunks}, {"norm", norm}});
        near(norm, {static_cast<float>(std::sqrt(gradients.squares))}, 1e-7f);
    }
}

TEST(more_partial_sums_than_threads)
{
    const Buffer<double> partial(5003, 0.25);
    const Buffer<float> norm(1);
    launch("gradient_norm", 1, sum_threads, 0, {{"partial", partial}, {"chunks", 5003}, {"norm", norm}});
    near(norm, {static_cast<float>(std::sqrt(0.25 * 5003))}, 0);
    launch("gradient_norm", 1, sum_threads, 0, {{"partial", partial}, {"chunks", 0}, {"norm", norm}});
    near(norm, {0}, 0);
}

TEST(scales_down_to_the_limit_only)
{
    const Gradients gradients({1, 33, 4099, 8192});
    for (const float limit : {8.0f, 1.0f})
    {
        std::vector<std::vector<float>> expected;
        for (const Row& row : gradients.rows)
        {
            expected.emplace_back(row.values, row.values + row.count);
            for (float& value : expected.back())
                value *= std::fmin(1.0f, limit / 4);
        }
        launch("gradient_scale", gradients.chunks, threads, 0,
            {{"rows", Buffer<Row>(gradients.rows)}, {"starts", Buffer<long long>(gradients.starts)}, {"norm", Buffer<float>(1, 4.0f)}, {"tensors", gradients.count()}, {"limit", limit}});
        for (size_t i = 0; i < expected.size(); i++)
            near(std::vector<float>(gradients.rows[i].values, gradients.rows[i].values + gradients.rows[i].count), expected[i], 1e-6f);
    }
}

TEST(past_two_to_the_31_elements)
{
    const long long count = (1ll << 31) + chunk_length, chunks = count / chunk_length, first = count - chunk_length;
    Buffer<float> g(count);
    for (long long i = first; i < count; i++)
        g.set(i, 2);
    const Buffer<Row> rows({Row{g.data(), count}});
    const Buffer<long long> starts(1, 0);
    const Buffer<double> partial(chunks);
    const Window last{static_cast<unsigned long long>(chunks) - 1, 1};
    launch("gradient_squares", chunks, threads, 0, {{"rows", rows}, {"starts", starts}, {"partial", partial}, {"tensors", 1}}, last);
    CHECK_EQUAL(partial[chunks - 1], 4.0 * chunk_length);
    launch("gradient_scale", chunks, threads, 0, {{"rows", rows}, {"starts", starts}, {"norm", Buffer<float>(1, 4.0f)}, {"tensors", 1}, {"limit", 1.0f}}, last);
    CHECK(std::abs(g[count - 1] - 0.5f) < 1e-6f);
}
