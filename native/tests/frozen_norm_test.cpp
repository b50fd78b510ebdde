// frozen_norm_test.cpp: folding stored statistics, and the gradients through them.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;

void fold(int channels)
{
    const Buffer<float> gamma = random<float>(channels, 1), beta = random<float>(channels, 2), mean = random<float>(channels, 3), variance = random<float>(channels, 4, 0, 2);
    const Buffer<float> scale(channels), shift(channels);
    launch("frozen_norm_fold", 2, threads, 0,
           {{"gamma", gamma}, {"beta", beta}, {"mean", mean}, {"variance", variance}, {"scale", scale}, {"shift", shift}, {"channels", channels}, {"epsilon", 0.25f}});
    std::vector<float> scales, shifts;
    for (int c = 0; c < channels; c++)
    {
        scales.push_back(gamma[c] / std::sqrt(variance[c] + 0.25f));
        shifts.push_back(beta[c] - mean[c] * scales[c]);
    }
    near(scale, scales, rounding<float>);
    near(shift, shifts, rounding<float>);
}

void gradients(int filters, long long length, int width)
{
    const long long count = filters * length;
    const Buffer<float> w = random<float>(count, 1), folded = random<float>(count, 2), dw = random<float>(count, 3);
    const Buffer<float> sum = random<float>(filters, 4), gamma = random<float>(filters, 5), mean = random<float>(filters, 6), variance = random<float>(filters, 7, 0, 2);
    const Buffer<float> d_gamma(filters, 1.0f), d_beta(filters, 2.0f);
    std::vector<float> weights = dw.values(), scales, shifts;
    for (int k = 0; k < filters; k++)
    {
        const double inv_std = 1 / std::sqrt(variance[k] + 0.25);
        double product = 0;
        for (long long i = k * length; i < (k + 1) * length; i++)
        {
            product += static_cast<double>(w[i]) * folded[i];
            weights[i] += static_cast<float>(gamma[k] * inv_std * folded[i]);
        }
        scales.push_back(static_cast<float>(1 + inv_std * (product - mean[k] * sum[k])));
        shifts.push_back(2 + sum[k]);
    }
    // Fewer blocks than filters: a block takes several.
    launch(variant<float>("frozen_norm_gradients", width), 2, threads, 0,
           {{"w", w}, {"folded", folded}, {"sum", sum}, {"gamma", gamma}, {"mean", mean}, {"variance", variance}, {"dw", dw}, {"d_gamma", d_gamma}, {"d_beta", d_beta},
            {"length", length}, {"filters", filters}, {"epsilon", 0.25f}});
    near(dw, weights, rounding<float>);
    near(d_gamma, scales, 8 * rounding<float>);
    near(d_beta, shifts, rounding<float>);
}

}  // namespace

TEST(folds)
{
    for (const int channels : {0, 1, 31, 32, 33, 1031})
        fold(channels);
}

TEST(gradients_of_every_size)
{
    for (const int width : {1, pack_length<float>})
        for (const long long packs : {1, 31, 33, 257, 1031})
            for (const int filters : {0, 1, 5})
                gradients(filters, packs * width, width);
}

TEST(past_two_to_the_31_elements)
{
    for (const int width : {1, pack_length<float>})
    {
        const int filters = (1 << 20) + 1;
        const long long length = 1 << 11, first = (filters - 1) * length;
        Buffer<float> w(filters * length), folded(filters * length), dw(filters * length), channel(filters), d_gamma(filters), d_beta(filters);
        for (long long i = first; i < first + length; i++)
        {
            w.set(i, 0.5f);
            folded.set(i, 0.25f);
            dw.set(i, 1.0f);
        }
        for (Buffer<float>* buffer : {&channel, &d_gamma, &d_beta})
            buffer->set(filters - 1, 1.0f);
        launch(variant<float>("frozen_norm_gradients", width), filters, threads, 0,
               {{"w", w}, {"folded", folded}, {"sum", channel}, {"gamma", channel}, {"mean", channel}, {"variance", channel}, {"dw", dw}, {"d_gamma", d_gamma},
                {"d_beta", d_beta}, {"length", length}, {"filters", filters}, {"epsilon", 3.0f}},
               {static_cast<unsigned long long>(filters) - 1, 1});
        CHECK_EQUAL(dw[first + length - 1], 1.125f);
        CHECK_EQUAL(d_gamma[filters - 1], 1 + 0.5f * (256 - 1));
        CHECK_EQUAL(d_beta[filters - 1], 2.0f);
    }
}
