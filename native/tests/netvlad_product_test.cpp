// netvlad_product_test.cpp: the three products, by plain arithmetic and by tensor cores, against sums in double.
#include "tests/kernel_test.h"

namespace
{

constexpr int side = 64, threads = 128;

struct Case
{
    int images, positions, channels, clusters, ghosts;
    int all() const { return clusters + ghosts; }
};

const std::vector<Case> odd = {{1, 1, 1, 1, 0}, {2, 33, 31, 5, 2}, {1, 65, 67, 66, 0}}, even = {{2, 35, 40, 8, 0}, {1, 70, 72, 61, 3}, {2, 3, 8, 4, 1}};

long long tiles(int images, int rows, int columns) { return 1LL * images * ((rows + side - 1) / side) * ((columns + side - 1) / side); }

/// Tensor cores round both factors.
template <typename T>
constexpr float tolerance(int width) { return sizeof(T) == sizeof(bf16) && width > 1 ? 1.0f / 64 : 1e-5f; }

template <typename T>
void logits(const Case& c, int width, bool shared)
{
    const Buffer<T> x = random<T>(1LL * c.images * c.positions * c.channels, 1);
    const long long stride = shared ? 0 : 1LL * c.all() * c.channels;
    const Buffer<float> rows = random<float>(1LL * (shared ? 1 : c.images) * c.all() * c.channels, 2), y(1LL * c.images * c.positions * c.all());
    std::vector<float> expected;
    for (long long i = 0; i < 1LL * c.images * c.positions; i++)
        for (int k = 0; k < c.all(); k++)
        {
            double sum = 0;
            for (int j = 0; j < c.channels; j++)
                sum += static_cast<double>(to_float(x[i * c.channels + j])) * rows[i / c.positions * stride + k * c.channels + j];
            expected.push_back(static_cast<float>(sum));
        }
    launch(variant<T>("netvlad_logits", width), tiles(c.images, c.positions, c.all()), threads, 0,
        {{"x", x}, {"rows", rows}, {"y", y}, {"rows_stride", stride}, {"positions", c.positions}, {"channels", c.channels}, {"clusters", c.all()}, {"aligned", c.channels % 4 == 0}});
    near(y, expected, tolerance<T>(width));
}

template <typename T>
void aggregate(const Case& c, int width, bool scaled)
{
    const long long locations = 1LL * c.images * c.positions;
    const Buffer<T> x = random<T>(locations * c.channels, 1);
    const Buffer<float> a = random<float>(locations * c.all(), 2), scales = random<float>(locations, 3), y(1LL * c.images * c.clusters * c.channels);
    std::vector<float> expected;
    for (long long n = 0; n < c.images; n++)
        for (int k = 0; k < c.clusters; k++)
            for (int j = 0; j < c.channels; j++)
            {
                double sum = 0;
                for (long long i = n * c.positions; i < (n + 1) * c.positions; i++)
                    sum += static_cast<double>(a[i * c.all() + k]) * (scaled ? scales[i] : 1) * to_float(x[i * c.channels + j]);
                expected.push_back(static_cast<float>(sum));
            }
    launch(variant<T>("netvlad_aggregate", width), tiles(c.images, c.clusters, c.channels), threads, 0,
        {{"a", a}, {"scales", scaled ? scales.data() : nullptr}, {"x", x}, {"y", y}, {"positions", c.positions}, {"channels", c.channels}, {"clusters", c.clusters}, {"all", c.all()},
            {"aligned", c.all() % 4 == 0}});
    near(y, expected, tolerance<T>(width));
}

template <typename T>
void map_gradient(const Case& c, int width, bool scaled)
{
    const long long locations = 1LL * c.images * c.positions;
    const Buffer<T> x = random<T>(locations * c.channels, 1), dx(locations * c.channels);
    const Buffer<float> a = random<float>(locations * c.all(), 2), dz = random<float>(locations * c.all(), 3), dv = random<float>(1LL * c.images * c.all() * c.channels, 4),
                        w = random<float>(1LL * c.all() * c.channels, 5), scales = random<float>(locations, 6), along = random<float>(locations, 7);
    std::vector<float> expected;
    for (long long i = 0; i < locations; i++)
        for (int j = 0; j < c.channels; j++)
        {
            double sum = 0;
            for (int k = 0; k < c.all(); k++)
                sum += static_cast<double>(a[i * c.all() + k]) * dv[(i / c.positions * c.all() + k) * c.channels + j] + static_cast<double>(dz[i * c.all() + k]) * w[k * c.channels + j];
            if (scaled)
                sum = scales[i] * (sum - scales[i] * along[i] * to_float(x[i * c.channels + j]));
            expected.push_back(static_cast<float>(sum));
        }
    launch(variant<T>("netvlad_map", width), tiles(c.images, c.positions, c.channels), threads, 0,
        {{"a", a}, {"dz", dz}, {"dv", dv}, {"w", w}, {"scales", scaled ? scales.data() : nullptr}, {"along", scaled ? along.data() : nullptr}, {"x", x}, {"dx", dx},
            {"positions", c.positions}, {"channels", c.channels}, {"clusters", c.all()}, {"aligned_clusters", c.all() % 4 == 0}, {"aligned_channels", c.channels % 4 == 0}});
    near(dx, expected, tolerance<T>(width) + rounding<T>);
}

}  // namespace

TEST(any_size)
{
    for (const Case& c : odd)
        for (const bool flag : {false, true})
        {
            logits<float>(c, 1, flag);
            logits<bf16>(c, 1, flag);
            aggregate<float>(c, 1, flag);
            aggregate<bf16>(c, 1, flag);
            map_gradient<float>(c, 1, flag);
            map_gradient<bf16>(c, 1, flag);
        }
}

TEST(sixteen_bytes_at_a_time)
{
    for (const Case& c : even)
    {
        logits<float>(c, 4, false);
        logits<bf16>(c, 8, true);
        aggregate<float>(c, 4, true);
        aggregate<bf16>(c, 8, true);
        map_gradient<bf16>(c, 8, true);
    }
}

TEST(past_two_to_the_31_elements)
{
    const int positions = (1 << 21) + 64, channels = 1024;
    const Buffer<bf16> x(1LL * positions * channels), dx(1LL * positions * channels);
    const Buffer<float> y(positions), ones(positions, 1.0f), rows(channels, 0.5f), w(channels, 0.25f);
    for (long long i = x.count() - 64 * channels; i < x.count(); i++)
        x.data()[i] = bf16{0x3f80};
    Memory::written(x.data() + x.count() - 64 * channels, 64 * channels * sizeof(bf16));
    const long long logit_blocks = tiles(1, positions, 1), map_blocks = tiles(1, positions, channels);
    launch("netvlad_logits_bf16x8", logit_blocks, threads, 0,
        {{"x", x}, {"rows", rows}, {"y", y}, {"rows_stride", 0}, {"positions", positions}, {"channels", channels}, {"clusters", 1}, {"aligned", 1}},
        {static_cast<unsigned long long>(logit_blocks) - 1, 1});
    CHECK_EQUAL(y[positions - 1], 512.0f);
    launch("netvlad_map_bf16x8", map_blocks, threads, 0,
        {{"a", ones}, {"dz", ones}, {"dv", rows}, {"w", w}, {"scales", nullptr}, {"along", nullptr}, {"x", x}, {"dx", dx}, {"positions", positions}, {"channels", channels}, {"clusters", 1},
            {"aligned_clusters", 0}, {"aligned_channels", 1}},
        {static_cast<unsigned long long>(map_blocks) - 1, 1});
    CHECK_EQUAL(to_float(dx[dx.count() - 1]), 0.75f);
}
