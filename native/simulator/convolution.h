// convolution.h: convolutions of images that lie pixel by pixel, and of their gradients, as products of matrices: what the
// kernel sees at each pixel is one row, read from the image when it is packed.
#pragma once

#include <vector>

#include "simulator/products.h"

namespace simulator
{

/// x [n, h, w, c], weights [k, r, s, c], y [n, p, q, k]; pads are before and above, the rest follows from p and q.
struct ConvolutionShape
{
    int64_t n, h, w, c, k, r, s, p, q;
    int64_t pad[2], stride[2], dilation[2];
};

enum class Pass
{
    forward,          // y from x and weights
    backward_data,    // dx from dy and weights
    backward_filter   // dw from x and dy
};

struct Memory
{
    char* address;
    Element type;
};

/// What happens to each element of the result, one after the other, before it is stored.
struct Step
{
    enum class Kind
    {
        add,
        relu
    };

    Kind kind;
    Memory other{};          // what is added
    bool per_channel = false;  // other is [k], otherwise it has the result's shape
    float own_scale = 1, other_scale = 1;
    float lower = 0, upper = 0, slope = 0;  // relu: below lower, lower + slope * (value - lower)
    Element type = Element::f32;            // what the value is rounded to after this step
};

/// out = steps(alpha * convolution + beta * out). `first_type`: what the value is rounded to before the steps.
struct Convolution
{
    Pass pass;
    ConvolutionShape shape;
    Memory x, weights, y;  // the pass says which of them is the result
    Rounding rounding;
    float alpha, beta;
    Element first_type;
    std::vector<Step> steps;
};

void run(const Convolution& convolution);

}  // namespace simulator
