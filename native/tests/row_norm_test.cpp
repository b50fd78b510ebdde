// row_norm_test.cpp: batch normalisation of the real ones among a few rows, and its gradients.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr float momentum = 0.25f, epsilon = 1e-5f;

/// A case in double precision, and the buffers that the kernels get.
struct Rows
{
    int rows, columns;
    std::vector<int> real;
    Buffer<float> x, dy, gamma, beta, running_mean, running_variance, y, dx, mean, inv_std, d_gamma;

    Rows(int rows, int columns, std::vector<int> real)
        : rows(rows), columns(columns), real(std::move(real)), x(random<float>(1ll * rows * columns, 1, 8, 10)), dy(random<float>(x.count(), 2)),
          gamma(random<float>(columns, 3, 0.5f, 2)), beta(random<float>(columns, 4)), running_mean(random<float>(columns, 5)),
          running_variance(random<float>(columns, 6, 0.5f, 2)), y(x.count()), dx(x.count()), mean(columns), inv_std(columns), d_gamma(columns, 1)
    {
    }

    bool is_real(int row) const { return real.empty() || real[row] != 0; }

    long long blocks() const { return (columns + 31ll) / 32; }
};

void launch_forward(const Rows& c, const void* real, bool frozen)
{
    launch("row_norm_forward", c.blocks(), 256, 0,
           {{"x", c.x}, {"real", real}, {"gamma", c.gamma}, {"beta", c.beta}, {"running_mean", c.running_mean}, {"running_variance", c.running_variance}, {"y", c.y},
            {"mean", c.mean}, {"inv_std", c.inv_std}, {"momentum", momentum}, {"epsilon", epsilon}, {"frozen", frozen}, {"rows", c.rows}, {"columns", c.columns}});
}

void launch_backward(const Rows& c, const void* real, bool frozen)
{
    launch("row_norm_backward", c.blocks(), 256, 0,
           {{"x", c.x}, {"real", real}, {"dy", c.dy}, {"gamma", c.gamma}, {"mean", c.mean}, {"inv_std", c.inv_std}, {"dx", c.dx}, {"d_gamma", c.d_gamma},
            {"frozen", frozen}, {"rows", c.rows}, {"columns", c.columns}});
}

void check(int rows, int columns, const std::vector<int>& real, bool frozen)
{
    const Rows c(rows, columns, real);
    const std::vector<float> old_mean = c.running_mean.values(), old_variance = c.running_variance.values();
    std::vector<float> y(c.x.count()), dx(y), moved_mean(old_mean), moved_variance(old_variance), d_gamma(columns, 1);
    for (int column = 0; column < columns; column++)
    {
        const auto at = [&](int row) { return 1ll * row * columns + column; };
        double count = 0, mean = 0, variance = 0, sum = 0, product = 0;
        for (int row = 0; row < rows; row++)
            count += c.is_real(row);
        for (int row = 0; row < rows; row++)
            mean += c.is_real(row) ? c.x[at(row)] / count : 0;
        for (int row = 0; row < rows; row++)
            variance += c.is_real(row) ? (c.x[at(row)] - mean) * (c.x[at(row)] - mean) / count : 0;
        if (!frozen)
        {
            moved_mean[column] = static_cast<float>(old_mean[column] + momentum * (mean - old_mean[column]));
            moved_variance[column] = static_cast<float>(old_variance[column] + momentum * (variance * count / std::max(1.0, count - 1) - old_variance[column]));
        }
        else
        {
            mean = old_mean[column];
            variance = old_variance[column];
        }
        const double inv_std = 1 / std::sqrt(variance + epsilon);
        for (int row = 0; row < rows; row++)
        {
            const double normal = (c.x[at(row)] - mean) * inv_std;
            y[at(row)] = c.is_real(row) ? static_cast<float>(normal * c.gamma[column] + c.beta[column]) : 0;
            sum += c.is_real(row) ? c.dy[at(row)] : 0;
            product += c.is_real(row) ? c.dy[at(row)] * normal : 0;
        }
        for (int row = 0; row < rows; row++)
        {
            const double normal = (c.x[at(row)] - mean) * inv_std, rest = frozen ? 0 : (sum + normal * product) / count;
            dx[at(row)] = c.is_real(row) ? static_cast<float>(c.gamma[column] * inv_std * (c.dy[at(row)] - rest)) : 0;
        }
        d_gamma[column] += static_cast<float>(product);
    }
    const Buffer<int> flags(real.empty() ? std::vector<int>{0} : real);
    const void* marks = real.empty() ? nullptr : flags.data();
    launch_forward(c, marks, frozen);
    near(c.y, y, 1e-5f);
    near(c.running_mean, moved_mean, 1e-6f);
    near(c.running_variance, moved_variance, 1e-6f);
    launch_backward(c, marks, frozen);
    near(c.dx, dx, 1e-5f);
    near(c.d_gamma, d_gamma, 1e-5f);
}

}  // namespace

TEST(real_rows_only)
{
    for (const bool frozen : {false, true})
    {
        check(9, 33, {1, 1, 0, 1, 1, 0, 1, 1, 1}, frozen);
        check(2, 1, {}, frozen);
        check(33, 70, {}, frozen);
    }
}

TEST(no_real_row)
{
    const Rows c(3, 5, {0, 0, 0});
    const std::vector<float> mean = c.running_mean.values(), variance = c.running_variance.values();
    const Buffer<int> flags(c.real);
    launch_forward(c, flags.data(), false);
    launch_backward(c, flags.data(), false);
    near(c.running_mean, mean, 0);
    near(c.running_variance, variance, 0);
    near(c.y, std::vector<float>(15), 0);
    near(c.dx, std::vector<float>(15), 0);
    near(c.d_gamma, std::vector<float>(5, 1), 0);
}
