// netvlad_assign_test.cpp: the soft assignment with and without scales and bias, its mass and its gradient, against double.
#include "tests/kernel_test.h"

#include <cmath>

namespace
{

constexpr int threads = 128, warps = threads / 32;

long long blocks_of(long long locations) { return (locations + warps - 1) / warps; }

std::vector<double> softmax(const std::vector<double>& logits)
{
    double largest = logits[0], sum = 0;
    for (const double logit : logits)
        largest = std::fmax(largest, logit);
    std::vector<double> shares;
    for (const double logit : logits)
        sum += shares.emplace_back(std::exp(logit - largest));
    for (double& share : shares)
        share /= sum;
    return shares;
}

template <typename T>
void forward(int width, int locations, int channels, int clusters, bool scaled, bool biased)
{
    const Buffer<T> x = random<T>(1LL * locations * channels, 1);
    const Buffer<float> bias = random<float>(clusters, 2), a = random<float>(1LL * locations * clusters, 3, -9, 9), scales(locations);
    std::vector<float> expected, lengths;
    for (long long i = 0; i < locations; i++)
    {
        double squares = 0;
        for (int c = 0; c < channels; c++)
            squares += static_cast<double>(to_float(x[i * channels + c])) * to_float(x[i * channels + c]);
        lengths.push_back(static_cast<float>(1 / std::sqrt(squares)));
        std::vector<double> logits;
        for (int k = 0; k < clusters; k++)
            logits.push_back((scaled ? lengths.back() : 1.0) * a[i * clusters + k] + (biased ? bias[k] : 0));
        for (const double share : softmax(logits))
            expected.push_back(static_cast<float>(share));
    }
    launch(variant<T>("netvlad_assign", width), blocks_of(locations), threads, 0,
        {{"x", x}, {"bias", biased ? bias.data() : nullptr}, {"a", a}, {"scales", scaled ? scales.data() : nullptr}, {"locations", locations}, {"channels", channels}, {"clusters", clusters}});
    near(a, expected, 1e-5f);
    if (scaled)
        near(scales, lengths, 1e-5f);
}

void backward(int images, int positions, int clusters, bool scaled)
{
    const long long locations = 1LL * images * positions;
    const Buffer<float> scales = random<float>(locations, 1, 0.1f, 2), bias = random<float>(clusters, 2), g = random<float>(1LL * images * clusters, 3), dz = random<float>(locations * clusters, 4),
                        along(locations), q = random<float>(locations * clusters, 5);
    Buffer<float> a(locations * clusters);
    std::vector<float> expected, expected_along;
    for (long long i = 0; i < locations; i++)
    {
        const double scale = scaled ? scales[i] : 1;
        std::vector<double> logits, da;
        for (int k = 0; k < clusters; k++)
        {
            logits.push_back(scale * q[i * clusters + k] + bias[k]);
            da.push_back(scale * dz[i * clusters + k] - g[i / positions * clusters + k]);
        }
        const std::vector<double> shares = softmax(logits);
        double mean = 0, t = 0;
        for (int k = 0; k < clusters; k++)
            mean += shares[k] * da[k];
        for (int k = 0; k < clusters; k++)
        {
            a.set(i * clusters + k, static_cast<float>(shares[k]));
            const double gradient = shares[k] * (da[k] - mean);
            expected.push_back(static_cast<float>(gradient));
            t += shares[k] * scale * dz[i * clusters + k] + gradient * scale * q[i * clusters + k];
        }
        expected_along.push_back(static_cast<float>(t));
    }
    launch("netvlad_assign_backward", blocks_of(locations), threads, 0,
        {{"a", a}, {"scales", scaled ? scales.data() : nullptr}, {"bias", bias}, {"g", g}, {"dz", dz}, {"along", scaled ? along.data() : nullptr}, {"locations", locations}, {"positions", positions},
            {"clusters", clusters}});
    near(dz, expected, 1e-5f);
    if (scaled)
        near(along, expected_along, 1e-5f);
}

}  // namespace

TEST(any_size)
{
    each_variant([](auto type, int width) {
        for (const int clusters : {1, 5, 33, 70})
            forward<decltype(type)>(width, 7, width == 1 ? 37 : 40, clusters, true, true);
        forward<decltype(type)>(width, 5, 8, 3, false, false);
    });
}

TEST(gradient)
{
    for (const int clusters : {1, 5, 33, 70})
        backward(2, 7, clusters, true);
    backward(1, 3, 4, false);
}

TEST(mass)
{
    for (const int clusters : {1, 31, 33, 65})
    {
        const int images = 2, positions = 21, all = clusters + 2;
        const Buffer<float> a = random<float>(1LL * images * positions * all, 1, 0, 1), mass(1LL * images * clusters);
        std::vector<float> expected;
        for (long long n = 0; n < images; n++)
            for (int k = 0; k < clusters; k++)
            {
                double sum = 0;
                for (long long i = n * positions; i < (n + 1) * positions; i++)
                    sum += a[i * all + k];
                expected.push_back(static_cast<float>(sum));
            }
        launch("netvlad_mass", 1LL * images * ((clusters + 31) / 32), 256, 0, {{"a", a}, {"mass", mass}, {"positions", positions}, {"clusters", clusters}, {"all", all}});
        near(mass, expected, 1e-5f);
    }
}
