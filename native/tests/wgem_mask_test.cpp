// wgem_mask_test.cpp: taps, masks and their gradients.
#include <cmath>

#include "tests/regions.h"

namespace
{

constexpr int taps = 9, threads = 256;

template <typename T>
void check_taps(int n, int positions, int channels)
{
    const Buffer<T> x = random<T>(1ll * positions * channels, 1), dx = random<T>(x.count(), 2);
    const Buffer<float> w = random<float>(1ll * taps * channels, 3), out(1ll * positions * taps), gradients = random<float>(out.count(), 4);
    std::vector<float> sums(out.count()), expected_dx = to_floats(dx.values()), expected_dw(w.count());
    for (int i = 0; i < positions; i++)
        for (int t = 0; t < taps; t++)
            for (int c = 0; c < channels; c++)
            {
                sums[i * taps + t] += to_float(x[1ll * i * channels + c]) * w[1ll * t * channels + c];
                expected_dx[1ll * i * channels + c] += gradients[i * taps + t] * w[1ll * t * channels + c];
                expected_dw[1ll * t * channels + c] += gradients[i * taps + t] * to_float(x[1ll * i * channels + c]);
            }
    launch(variant<T>("wgem_mask_taps", n), (positions + 31) / 32, threads, 0, {{"x", x}, {"w", w}, {"taps", out}, {"positions", positions}, {"channels", channels}});
    near(out, sums, 1e-5f);
    const int packs = channels / n, width = std::min(packs, 64), tiles = (packs + width - 1) / width, lanes = threads / width;
    const int chunk_rows = std::max(lanes, (positions / 2 + lanes - 1) / lanes * lanes), chunks = (positions + chunk_rows - 1) / chunk_rows;
    const Buffer<float> partials(1ll * chunks * taps * channels);
    launch(variant<T>("wgem_mask_taps_backward", n), 1ll * chunks * tiles, threads, 0,
           {{"x", x}, {"w", w}, {"taps", gradients}, {"dx", dx}, {"partials", partials}, {"rows", positions}, {"chunk_rows", chunk_rows}, {"columns", channels}, {"width", width}});
    near(dx, expected_dx, 1e-5f + rounding<T>);
    std::vector<float> dw(w.count());
    for (long long i = 0; i < partials.count(); i++)
        dw[i % w.count()] += partials[i];
    near(dw, expected_dw, 1e-5f);
}

/// The position of a tap around another one, or -1.
int around(const RegionCase& c, const Region& bounds, int position, int tap)
{
    const int row = position / c.width + tap / 3 - 1, column = position % c.width + tap % 3 - 1;
    return bounds.holds(row, column) ? row * c.width + column : -1;
}

void check_masks(const RegionCase& c, int own)
{
    const long long image_taps = c.positions() * taps;
    const Buffer<float> in = random<float>(c.images * image_taps, 1), weights(c.masks()), out(in.count());
    const Buffer<int> table = c.table();
    const long long count = static_cast<long long>(c.regions.size());
    launch("wgem_mask_softmax", c.rows(), threads, 0,
           {{"taps", in}, {"regions", table}, {"weights", weights}, {"own", own}, {"count", count}, {"images", c.images}, {"height", c.height}, {"width", c.width}});
    const Buffer<float> shares = random<float>(c.masks(), 2);
    std::vector<float> expected(c.masks()), logits(c.masks()), spread(in.count()), given(shares.values());
    for (long long row = 0; row < c.rows(); row++)
    {
        const Region region = c.regions[row / c.images], bounds = own ? region : Region{0, 0, c.height, c.width};
        const long long start = row * c.positions(), image = row % c.images * image_taps;
        double sum = 0, total = 0;
        for (int i = 0; i < c.positions(); i++)
            if (!region.holds(i / c.width, i % c.width))
                given[start + i] = 0;
        c.each(region, [&](int i) {
            double logit = 0;
            for (int t = 0; t < taps; t++)
                logit += around(c, bounds, i, t) >= 0 ? in[image + around(c, bounds, i, t) * taps + t] : 0;
            expected[start + i] = static_cast<float>(std::exp(logit));
            sum += std::exp(logit);
            total += given[start + i];
        });
        c.each(region, [&](int i) {
            expected[start + i] /= static_cast<float>(sum);
            logits[start + i] = static_cast<float>(given[start + i] - expected[start + i] * total);
            for (int t = 0; t < taps; t++)
                if (around(c, bounds, i, t) >= 0)
                    spread[image + around(c, bounds, i, t) * taps + t] += logits[start + i];
        });
    }
    near(weights, expected, 1e-5f);
    const Buffer<float> used(given);
    launch("wgem_mask_softmax_backward", c.rows(), threads, 0, {{"weights", weights}, {"shares", used}, {"positions", c.positions()}});
    near(used, logits, 1e-5f);
    launch("wgem_mask_spread", (out.count() + threads - 1) / threads, threads, 0,
           {{"logits", used}, {"regions", table}, {"taps", out}, {"own", own}, {"count", count}, {"images", c.images}, {"height", c.height}, {"width", c.width}});
    near(out, spread, 1e-5f);
}

}  // namespace

TEST(taps_of_every_size)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        check_taps<T>(width, 1, width);
        check_taps<T>(width, 33, 3 * width);
        check_taps<T>(width, 7, 70 * width);
    });
}

TEST(masks_of_every_region)
{
    for (const RegionCase& c : region_cases(1))
        for (const int own : {0, 1})
            check_masks(c, own);
}

TEST(past_two_to_the_31_elements)
{
    each_variant([](auto type, int width) {
        using T = decltype(type);
        constexpr int channels = 512;
        const long long positions = (1ll << 22) + 4;
        Buffer<T> x(positions * channels);
        const Buffer<float> w(1ll * taps * channels, 1), out(positions * taps);
        for (int i = 1; i <= 4 * channels; i++)
        {
            T element;
            from_float(i <= channels ? 1.0f : 0.0f, element);
            x.set(x.count() - i, element);
        }
        // The block's other warps stand past the end.
        const long long blocks = (positions + 31) / 32;
        launch(variant<T>("wgem_mask_taps", width), blocks, threads, 0, {{"x", x}, {"w", w}, {"taps", out}, {"positions", positions}, {"channels", channels}},
               {static_cast<unsigned long long>(blocks) - 1, 1});
        CHECK_EQUAL(out[out.count() - 1], 512.0f);
        CHECK_EQUAL(out[out.count() - 10], 0.0f);
    });
}
