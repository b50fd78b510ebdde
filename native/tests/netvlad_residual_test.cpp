// netvlad_residual_test.cpp: residuals, their normalisations and gradients against double, an empty cluster among them.
#include "tests/kernel_test.h"

#include <cmath>

namespace
{

constexpr int threads = 128;
constexpr double least_length = 1e-12;

struct Sizes
{
    int images, clusters, ghosts, channels;
    long long rows() const { return 1LL * images * clusters; }
    int all() const { return clusters + ghosts; }
};

const std::vector<Sizes> sizes = {{1, 1, 0, 1}, {2, 3, 1, 31}, {3, 5, 2, 129}, {1, 140, 0, 8}};

double length(const std::vector<float>& values, long long row, int channels)
{
    double sum = 0;
    for (int c = 0; c < channels; c++)
        sum += static_cast<double>(values[row * channels + c]) * values[row * channels + c];
    return std::sqrt(sum);
}

}  // namespace

TEST(forward)
{
    for (const Sizes& s : sizes)
    {
        const Buffer<float> mass = random<float>(s.rows(), 1, 0, 2), centroids = random<float>(1LL * s.clusters * s.channels, 2), v = random<float>(s.rows() * s.channels, 3), norms(s.rows());
        std::vector<float> expected = v.values(), lengths, normal;
        for (long long i = 0; i < v.count(); i++)
            expected[i] -= mass[i / s.channels] * centroids[i % (1LL * s.clusters * s.channels)];
        for (long long row = 0; row < s.rows(); row++)
            lengths.push_back(static_cast<float>(length(expected, row, s.channels)));
        launch("netvlad_residuals", s.rows(), threads, 0, {{"mass", mass}, {"centroids", centroids}, {"v", v}, {"norms", norms}, {"clusters", s.clusters}, {"channels", s.channels}});
        near(v, expected, 1e-5f);
        near(norms, lengths, 1e-5f);
        for (long long i = 0; i < v.count(); i++)
            normal.push_back(static_cast<float>(v[i] / norms[i / s.channels] / std::sqrt(s.clusters)));
        launch("netvlad_normalize", s.rows(), threads, 0, {{"norms", norms}, {"y", v}, {"clusters", s.clusters}, {"channels", s.channels}});
        near(v, normal, 1e-5f);
    }
}

TEST(backward)
{
    for (const Sizes& s : sizes)
    {
        Buffer<float> norms = random<float>(s.rows(), 3, 1, 2);
        const Buffer<float> y = random<float>(s.rows() * s.channels, 1), dy = random<float>(s.rows() * s.channels, 2), products(s.rows()),
                            centroids = random<float>(1LL * s.clusters * s.channels, 4), dv(1LL * s.images * s.all() * s.channels), g(1LL * s.images * s.all());
        if (s.clusters > 1)
            norms.set(0, 0);
        std::vector<float> inner(s.rows()), gradients(dv.count()), along(g.count());
        for (long long i = 0; i < y.count(); i++)
            inner[i / s.channels] += y[i] * dy[i];
        for (long long row = 0; row < s.rows(); row++)
        {
            const long long image = row / s.clusters, k = row % s.clusters;
            double all = 0, sum = 0;
            for (long long j = image * s.clusters; j < (image + 1) * s.clusters; j++)
            {
                all += norms[j] > least_length ? 1 : 0;
                sum += inner[j];
            }
            const double share = norms[row] > least_length ? all * inner[row] : sum, divisor = std::fmax(norms[row], least_length) * std::sqrt(all);
            for (int c = 0; c < s.channels; c++)
            {
                const long long at = row * s.channels + c, target = image * s.all() + k;
                gradients[target * s.channels + c] = static_cast<float>((dy[at] - y[at] * share) / divisor);
                along[target] += centroids[k * s.channels + c] * gradients[target * s.channels + c];
            }
        }
        launch("netvlad_products", s.rows(), threads, 0, {{"y", y}, {"dy", dy}, {"products", products}, {"channels", s.channels}});
        near(products, inner, 1e-5f);
        launch("netvlad_residuals_backward", 1LL * s.images * s.all(), threads, 0,
            {{"y", y}, {"dy", dy}, {"norms", norms}, {"products", products}, {"centroids", centroids}, {"dv", dv}, {"g", g}, {"clusters", s.clusters}, {"all", s.all()}, {"channels", s.channels}});
        near(dv, gradients, 1e-5f);
        near(g, along, 1e-5f);
    }
}

TEST(centroids)
{
    for (const Sizes& s : sizes)
    {
        const Buffer<float> mass = random<float>(s.rows(), 1), dv = random<float>(1LL * s.images * s.all() * s.channels, 2), dc = random<float>(1LL * s.clusters * s.channels, 3);
        std::vector<float> expected = dc.values();
        for (long long n = 0; n < s.images; n++)
            for (long long i = 0; i < dc.count(); i++)
                expected[i] -= mass[n * s.clusters + i / s.channels] * dv[n * s.all() * s.channels + i];
        launch("netvlad_centroids", 2, 256, 0, {{"mass", mass}, {"dv", dv}, {"dc", dc}, {"images", s.images}, {"clusters", s.clusters}, {"all", s.all()}, {"channels", s.channels}});
        near(dc, expected, 1e-5f);
    }
}
