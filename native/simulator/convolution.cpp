#include "simulator/convolution.h"

#include <algorithm>

namespace simulator
{

namespace
{

/// What a filter meets: row (n, i, j) of a grid, column (r, s, channel). Forward, the grid is y's and the image x:
/// the pixel (i * stride - pad + r * dilation, ...). Backward, the grid is x's and the image dy: the pixel of y that the
/// filter's (r, s) carried there, if there is one. What lies outside is zero.
class Patches final : public Source<float>
{
public:
    Patches(const ConvolutionShape& shape, Memory image, Rounding rounding, bool backward)
        : shape_(shape),
          image_(image),
          rounding_(rounding),
          backward_(backward),
          grid_{backward ? shape.h : shape.p, backward ? shape.w : shape.q},
          size_{backward ? shape.p : shape.h, backward ? shape.q : shape.w},
          channels_(backward ? shape.k : shape.c)
    {
    }

    void read(int64_t row, int64_t column, int count, float* to) const override
    {
        const int64_t n = row / (grid_[0] * grid_[1]), i = row / grid_[1] % grid_[0], j = row % grid_[1];
        while (count > 0)
        {
            const int64_t tap = column / channels_, channel = column % channels_;
            const int length = static_cast<int>(std::min<int64_t>(count, channels_ - channel));
            const int64_t y = place(i, tap / shape_.s, 0), x = place(j, tap % shape_.s, 1);
            if (y < 0 || x < 0)
                std::fill_n(to, length, 0.0f);
            else
                load(image_.address + (((n * size_[0] + y) * size_[1] + x) * channels_ + channel) * static_cast<int64_t>(bytes_of(image_.type)), 1, length, image_.type,
                     rounding_, to);
            to += length;
            column += length;
            count -= length;
        }
    }

private:
    /// Where the image is met along an axis, or -1.
    int64_t place(int64_t at, int64_t tap, int axis) const
    {
        if (!backward_)
        {
            const int64_t met = at * shape_.stride[axis] - shape_.pad[axis] + tap * shape_.dilation[axis];
            return met < size_[axis] ? met : -1;
        }
        const int64_t met = at + shape_.pad[axis] - tap * shape_.dilation[axis];
        return met >= 0 && met % shape_.stride[axis] == 0 && met / shape_.stride[axis] < size_[axis] ? met / shape_.stride[axis] : -1;
    }

    const ConvolutionShape& shape_;
    Memory image_;
    Rounding rounding_;
    bool backward_;
    int64_t grid_[2], size_[2];
    int64_t channels_;
};

/// The result row by row, `width` elements each.
class Result final : public Sink<float>
{
public:
    Result(const Convolution& convolution, Memory out, int64_t width) : convolution_(convolution), out_(out), width_(width) {}

    void take(int64_t row, int64_t column, int count, const float* sums) override
    {
        const int64_t first = row * width_ + column;
        float values[longest_piece], others[longest_piece];
        for (int i = 0; i < count; i++)
            values[i] = convolution_.alpha * sums[i];
        if (convolution_.beta != 0)
        {
            load(at(out_, first), 1, count, out_.type, Rounding::none, others);
            for (int i = 0; i < count; i++)
                values[i] += convolution_.beta * others[i];
        }
        round(values, count, convolution_.first_type);
        for (const Step& step : convolution_.steps)
        {
            if (step.kind == Step::Kind::add)
                add(step, step.per_channel ? column : first, values, others, count);
            else
                clip(step, values, count);
            round(values, count, step.type);
        }
        store(values, count, out_.type, at(out_, first));
    }

private:
    static char* at(Memory memory, int64_t element) { return memory.address + element * static_cast<int64_t>(bytes_of(memory.type)); }

    static void round(float* values, int count, Element type)
    {
        for (int i = 0; i < count && type != Element::f32; i++)
            values[i] = rounded(values[i], type);
    }

    static void add(const Step& step, int64_t first, float* values, float* others, int count)
    {
        load(at(step.other, first), 1, count, step.other.type, Rounding::none, others);
        for (int i = 0; i < count; i++)
            values[i] = step.own_scale * values[i] + step.other_scale * others[i];
    }

    static void clip(const Step& step, float* values, int count)
    {
        for (int i = 0; i < count; i++)
        {
            const float value = values[i] < step.lower ? step.lower + step.slope * (values[i] - step.lower) : values[i];
            values[i] = value > step.upper ? step.upper : value;
        }
    }

    const Convolution& convolution_;
    Memory out_;
    int64_t width_;
};

}  // namespace

void run(const Convolution& convolution)
{
    const ConvolutionShape& shape = convolution.shape;
    const int64_t taps = shape.r * shape.s, pixels = shape.n * shape.p * shape.q;
    if (convolution.pass == Pass::forward)
    {
        const Patches patches(shape, convolution.x, convolution.rounding, false);
        const Strided<float> weights(convolution.weights.address, convolution.weights.type, convolution.rounding, taps * shape.c);
        Result result(convolution, convolution.y, shape.k);
        multiply(pixels, shape.k, taps * shape.c, Factor<float>{&patches, false}, Factor<float>{&weights, false}, result);
    }
    else if (convolution.pass == Pass::backward_data)
    {
        const Patches patches(shape, convolution.y, convolution.rounding, true);
        const Strided<float> weights(convolution.weights.address, convolution.weights.type, convolution.rounding, taps * shape.c, 1, shape.k, shape.c);
        Result result(convolution, convolution.x, shape.c);
        multiply(shape.n * shape.h * shape.w, shape.c, taps * shape.k, Factor<float>{&patches, false}, Factor<float>{&weights, true}, result);
    }
    else
    {
        const Patches patches(shape, convolution.x, convolution.rounding, false);
        const Strided<float> gradients(convolution.y.address, convolution.y.type, convolution.rounding, shape.k);
        Result result(convolution, convolution.weights, taps * shape.c);
        multiply(shape.k, taps * shape.c, pixels, Factor<float>{&gradients, true}, Factor<float>{&patches, true}, result);
    }
}

}  // namespace simulator
