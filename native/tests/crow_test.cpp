// crow_test.cpp: cross-dimensional weights.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

template <typename T>
void check(const char* kernel, int images, int positions, int channels)
{
    std::vector<float> values = random_floats(1ll * images * positions * channels, 1, -1, 1);
    for (size_t i = 0; i < values.size(); i++)
        values[i] = values[i] < 0 || i % channels == 1 ? 0 : values[i];
    const Buffer<T> x = [&] {
        if constexpr (sizeof(T) == sizeof(bf16))
            return Buffer<T>(to_bf16(values));
        else
            return Buffer<T>(values);
    }();
    const Buffer<float> weights(1ll * images * positions), channel_weights(1ll * images * channels);
    std::vector<float> expected(weights.count()), expected_channels(channel_weights.count());
    for (int n = 0; n < images; n++)
    {
        const auto at = [&](int i, int c) { return to_float(x[(1ll * n * positions + i) * channels + c]); };
        double squares = 0, occupied = 0;
        std::vector<double> sums(positions), counts(channels);
        for (int i = 0; i < positions; i++)
            for (int c = 0; c < channels; c++)
            {
                sums[i] += at(i, c);
                counts[c] += at(i, c) != 0;
                occupied += at(i, c) != 0;
            }
        for (const double sum : sums)
            squares += sum * sum;
        for (int i = 0; i < positions; i++)
            expected[1ll * n * positions + i] = squares > 0 ? static_cast<float>(std::sqrt(sums[i] / std::sqrt(squares))) : 0;
        for (int c = 0; c < channels; c++)
            expected_channels[1ll * n * channels + c] = counts[c] > 0 ? static_cast<float>(std::log(occupied / counts[c])) : 0;
    }
    launch(kernel, images, 512, 0, {{"x", x}, {"weights", weights}, {"channel_weights", channel_weights}, {"positions", positions}, {"channels", channels}});
    near(weights, expected, 1e-5f);
    near(channel_weights, expected_channels, 1e-5f);
}

}  // namespace

TEST(positions_and_channels)
{
    check<float>("crow_weights_f32", 2, 35, 70);
    check<float>("crow_weights_f32", 1, 1, 1);
    check<bf16>("crow_weights_bf16", 2, 7, 515);
}
