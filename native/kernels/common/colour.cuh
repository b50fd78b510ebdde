// colour.cuh: changes of a pixel's colour, on the scale of bytes, 0 to 255, each cut off at both ends. ImageColour, on the host,
// states them; RowColour is the same for the processor.
#pragma once

#include "common/types.cuh"

constexpr float colour_levels = 255.0f;
constexpr int colour_step_bits = 4, colour_step_mask = 15;

enum ColourStep
{
    brightness_step = 1,
    contrast_step = 2,
    saturation_step = 3,
    hue_step = 4,
    lighting_step = 5,
};

struct Colour
{
    /// Four bits a step, the first one lowest, 0 after the last.
    int steps;
    float brightness, contrast, saturation;
    /// Full circles.
    float hue;
    /// Added to red, green and blue on the scale 0 to 1, before the gain.
    float light_red, light_green, light_blue, light_gain;

    DEVICE bool has(ColourStep step) const
    {
        for (int left = steps; left != 0; left >>= colour_step_bits)
            if ((left & colour_step_mask) == step)
                return true;
        return false;
    }
};

using Pixel = Floats<3>;

DEVICE float luminance(const Pixel& pixel) { return fmaf(0.114f, pixel[2], fmaf(0.587f, pixel[1], 0.299f * pixel[0])); }

/// One colour of a pixel with the given hue, in sixths of the circle: highest where the hue is nearest, lowest opposite.
DEVICE float hue_part(float place, float most, float range)
{
    const float distance = place - 6.0f * floorf(place / 6.0f);
    return most - range * fminf(fmaxf(fminf(distance, 4.0f - distance), 0.0f), 1.0f);
}

/// Turns the hue; value and saturation stay.
DEVICE void turn_hue(Pixel& pixel, float turn)
{
    const float red = pixel[0], green = pixel[1], blue = pixel[2], most = fmaxf(red, fmaxf(green, blue)), range = most - fminf(red, fminf(green, blue));
    if (range <= 0.0f)
        return;
    float hue = most == red ? (green - blue) / range : most == green ? 2.0f + (blue - red) / range : 4.0f + (red - green) / range;
    // Two circles more, so that it stays above 0.
    hue += 6.0f * turn + 12.0f;
    pixel[0] = hue_part(hue + 5.0f, most, range);
    pixel[1] = hue_part(hue + 3.0f, most, range);
    pixel[2] = hue_part(hue + 1.0f, most, range);
}

/// Moves a pixel away from grey (above 1) or towards it (below).
DEVICE void spread(Pixel& pixel, float grey, float factor)
{
#pragma unroll
    for (int c = 0; c < 3; c++)
        pixel[c] = fmaf(factor, pixel[c] - grey, grey);
}

DEVICE void change_colour(Pixel& pixel, const Colour& colour, int step, float mean)
{
    const float light[3] = {colour.light_red, colour.light_green, colour.light_blue};
    if (step == contrast_step)
        spread(pixel, mean, colour.contrast);
    else if (step == saturation_step)
        spread(pixel, luminance(pixel), colour.saturation);
    else if (step == hue_step)
        turn_hue(pixel, colour.hue);
#pragma unroll
    for (int c = 0; c < 3; c++)
    {
        if (step == brightness_step)
            pixel[c] *= colour.brightness;
        else if (step == lighting_step)
            pixel[c] = fmaf(colour_levels, light[c], pixel[c]) * colour.light_gain;
        pixel[c] = fminf(fmaxf(pixel[c], 0.0f), colour_levels);
    }
}

/// All steps, or those that stand before `end`.
/// @param mean mean luminance of the picture where contrast comes
DEVICE void change_colours(Pixel& pixel, const Colour& colour, float mean, int end = 0)
{
    for (int left = colour.steps; left != 0 && (left & colour_step_mask) != end; left >>= colour_step_bits)
        change_colour(pixel, colour, left & colour_step_mask, mean);
}
