// l2_normalize_test.cpp: rows divided by their lengths, and the gradient.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

/// A matrix and how many of a block's threads take a row.
struct Matrix
{
    int rows, dimension, lanes, threads;

    long long count() const { return 1ll * rows * dimension; }
    long long blocks() const { return (1ll * rows + threads / lanes - 1) / (threads / lanes); }
};

void forward(const Matrix& m, int n, const Buffer<float>& x, float epsilon, const Buffer<float>& y, const Buffer<float>* norms, Window window = {})
{
    launch(variant<float>("l2_normalize_forward", n), m.blocks(), m.threads, 0,
           {{"x", x}, {"y", y}, {"norms", norms ? norms->data() : nullptr}, {"epsilon", epsilon}, {"rows", m.rows}, {"packs", m.dimension / n}, {"lanes", m.lanes}}, window);
}

void backward(const Matrix& m, int n, const Buffer<float>& y, const Buffer<float>& norms, const Buffer<float>& dy, float epsilon, const Buffer<float>& dx, Window window = {})
{
    launch(variant<float>("l2_normalize_backward", n), m.blocks(), m.threads, 0,
           {{"y", y}, {"norms", norms}, {"dy", dy}, {"dx", dx}, {"epsilon", epsilon}, {"rows", m.rows}, {"packs", m.dimension / n}, {"lanes", m.lanes}}, window);
}

double dot(const std::vector<float>& a, const std::vector<float>& b, long long first, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += static_cast<double>(a[first + i]) * b[first + i];
    return sum;
}

void check(const Matrix& m, int n)
{
    const float epsilon = 1e-3f;
    const Buffer<float> x = random<float>(m.count()), y(m.count()), norms(m.rows), gradient = random<float>(m.count(), 2);
    const std::vector<float> values = x.values(), dy = gradient.values();
    std::vector<float> lengths(m.rows), expected(m.count()), slopes(m.count());
    for (int row = 0; row < m.rows; row++)
    {
        const long long first = 1ll * row * m.dimension;
        const double norm = std::sqrt(dot(values, values, first, m.dimension)), sum = norm + epsilon, along = dot(values, dy, first, m.dimension);
        lengths[row] = static_cast<float>(norm);
        for (long long i = first; i < first + m.dimension; i++)
        {
            expected[i] = static_cast<float>(values[i] / sum);
            slopes[i] = static_cast<float>(dy[i] / sum - values[i] * along / (norm * sum * sum));
        }
    }
    forward(m, n, x, epsilon, y, &norms);
    near(norms, lengths, 1e-5f);
    near(y, expected, 1e-5f);
    backward(m, n, y, norms, gradient, epsilon, gradient);
    near(gradient, slopes, 1e-5f);
    forward(m, n, x, epsilon, x, nullptr);
    near(x, y.values(), 0);
}

}  // namespace

TEST(every_row)
{
    for (const int n : {1, 4})
        for (const Matrix& m : {Matrix{1, n, 1, 32}, {37, 3 * n, 1, 32}, {5, 31 * n, 8, 32}, {9, 33 * n, 8, 128}, {3, 128 * n, 32, 128}, {2, 257 * n, 64, 64}, {2, 2100 * n, 512, 512}})
            check(m, n);
}

TEST(zero_rows_stay_zero)
{
    const Matrix m{2, 3, 1, 32};
    const Buffer<float> x({0, 0, 0, 3, 0, 4}), y(6), norms(2), dy({1, 2, 3, 0, 1, 0}), dx(6);
    forward(m, 1, x, 0, y, &norms);
    near(y, {0, 0, 0, 0.6f, 0, 0.8f}, 0);
    backward(m, 1, y, norms, dy, 0, dx);
    near(dx, {0, 0, 0, 0, 0.2f, 0}, 0);
}

TEST(past_two_to_the_31_elements)
{
    const Matrix m{(1 << 29) + 2, 4, 1, 32};
    for (const int n : {1, 4})
    {
        Buffer<float> x(m.count());
        const Buffer<float> y(m.count()), norms(m.rows);
        const long long first = m.count() - 2 * 4;  // the last block has two rows
        for (long long i = first; i < m.count(); i++)
            x.set(i, 2.0f);
        const Window last{static_cast<unsigned long long>(m.blocks()) - 1, 1};
        forward(m, n, x, 0, y, &norms, last);
        CHECK_EQUAL(y[m.count() - 1], 0.5f);
        CHECK_EQUAL(norms[m.rows - 1], 4.0f);
        backward(m, n, y, norms, x, 0, x, last);
        CHECK_EQUAL(x[m.count() - 1], 0.0f);
    }
}
