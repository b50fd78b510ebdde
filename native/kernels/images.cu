// images.cu: packed RGB bytes of images of any size to one batch: crop, antialiased resize, flip, changes of colour, normalisation,
// covering.
//   v[n,y,x,c] = sum_t sum_s wy(t) wx(s) pixel[top + t, left + s, c] / (sum wy sum wx)
//   y[n,y,x,c] = colour(v)[c] scale[c] + shift[c], or inside the covered box its colour, normalised in the same way
// wx(s) = max(0, 1 - |s + 1/2 - u| / r), u = (x + 1/2) box_width / width the output pixel's place in the box, r = max(1,
// box_width / width): the triangle that widens with the reduction, cut off at the box, as Pillow's bilinear filter has it. That
// one rounds to bytes after the rows and after the columns; here nothing is rounded: the two differ by less than one level of 255.
// Pixels of a box that lie outside the image are black. Changes of colour: colour.cuh. What is random about them the host has drawn.
// pixels: bytes [height, width, 3] of each image from its offset on; rows [images]: ImageRow; y [images, height, width, 3] f32
// or bf16; luminance [images, blocks_per_image] f32: images_luminance writes what each block's pixels sum to where contrast comes,
// images_prepare reads it; null where no image has contrast.
// launch: blocks of 256 threads, a block for 2,048 pixels of one image, blocks_per_image of them an image
// moves: the boxes' bytes once from memory (their overlaps come from the cache) and 12 bytes (bf16: 6) a pixel of the result:
//   256 x 224 x 224 from boxes of 350 x 350: 94 MB + 154 MB, 58 us at 4.3 TB/s (52 at 4.8); bf16 40 us (36). Of arithmetic, some 15
//   instructions for each of (2 r + 1)^2 taps of a pixel: above a reduction of about 2 they are the bound. images_luminance reads the
//   same bytes and writes next to nothing: contrast doubles the work, which keeps the unrounded picture out of memory
// deterministic: every pixel by itself, taps in order; luminance in an order that the size alone determines
#include "common/colour.cuh"
#include "common/grid.cuh"
#include "common/reduce.cuh"

namespace
{

constexpr int threads = 256;
constexpr int block_pixels = 2048;
constexpr int channels = 3;

struct ImageRow
{
    long long offset;
    float left;
    float top;
    float box_width;
    float box_height;
    int height;
    int width;
    int flip;
    int steps;
    float brightness;
    float contrast;
    float saturation;
    float hue;
    float light_red;
    float light_green;
    float light_blue;
    float light_gain;
    int erased_left;
    int erased_top;
    int erased_width;
    int erased_height;
    float erased_red;
    float erased_green;
    float erased_blue;
};
FIELDS(ImageRow, offset, left, top, box_width, box_height, height, width, flip, steps, brightness, contrast, saturation, hue, light_red, light_green, light_blue, light_gain,
    erased_left, erased_top, erased_width, erased_height, erased_red, erased_green, erased_blue)

struct ImagesPrepare
{
    const unsigned char* pixels;
    const ImageRow* rows;
    float* luminance;
    void* y;
    int height;
    int width;
    int blocks_per_image;
    float scale_red;
    float scale_green;
    float scale_blue;
    float shift_red;
    float shift_green;
    float shift_blue;
};
FIELDS(ImagesPrepare, pixels, rows, luminance, y, height, width, blocks_per_image, scale_red, scale_green, scale_blue, shift_red, shift_green, shift_blue)

DEVICE Colour colour_of(const ImageRow& row)
{
    return {row.steps, row.brightness, row.contrast, row.saturation, row.hue, row.light_red, row.light_green, row.light_blue, row.light_gain};
}

/// The pixels of one axis that an output pixel is made of, counted from the image's edge, and their weights.
struct Taps
{
    int first, end;
    float centre, narrowing;

    /// @param start, length the box on this axis; it may begin before the image and end behind it
    DEVICE Taps(int output, int outputs, float start, float length)
    {
        const float scale = length / outputs, widening = fmaxf(scale, 1.0f);
        // Counted from the box: in a large image an f32 has few bits left behind the point.
        const int corner = static_cast<int>(floorf(start)), extent = static_cast<int>(ceilf(start + length)) - corner;
        const float place = start - corner + (output + 0.5f) * scale;
        first = max(0, static_cast<int>(place - widening + 0.5f)) + corner;
        end = min(extent, static_cast<int>(place + widening + 0.5f)) + corner;
        centre = place - 0.5f;
        narrowing = 1.0f / widening;
        from = corner;
    }

    DEVICE float weight(int pixel) const { return fmaxf(0.0f, 1.0f - fabsf((pixel - from - centre) * narrowing)); }

    DEVICE float weights() const
    {
        float sum = 0.0f;
        for (int pixel = first; pixel < end; pixel++)
            sum += weight(pixel);
        return sum;
    }

private:
    int from;
};

/// One pixel of the result, on the scale of bytes, before its colour is changed.
/// @param at counts the pixels of the result
DEVICE Pixel resample(const ImagesPrepare& args, const ImageRow& row, int at)
{
    const int column = at % args.width;
    const Taps across(row.flip ? args.width - 1 - column : column, args.width, row.left, row.box_width);
    const Taps down(at / args.width, args.height, row.top, row.box_height);
    const int left = max(0, across.first), right = min(row.width, across.end), top = max(0, down.first), bottom = min(row.height, down.end);
    Pixel sums = {};
    for (int y = top; y < bottom; y++)
    {
        const unsigned char* line = args.pixels + row.offset + y * static_cast<long long>(row.width) * channels;
        const float weight = down.weight(y);
        for (int x = left; x < right; x++)
        {
            const float both = weight * across.weight(x);
#pragma unroll
            for (int c = 0; c < channels; c++)
                sums[c] = fmaf(both, line[x * channels + c], sums[c]);
        }
    }
    // What lies outside the image is black: it adds nothing, but its weight counts.
    const float total = across.weights() * down.weights();
#pragma unroll
    for (int c = 0; c < channels; c++)
        sums[c] /= total;
    return sums;
}

DEVICE bool is_covered(const ImagesPrepare& args, const ImageRow& row, int at)
{
    const int across = at % args.width - row.erased_left, down = at / args.width - row.erased_top;
    return across >= 0 && across < row.erased_width && down >= 0 && down < row.erased_height;
}

/// All threads of the block take part.
DEVICE float mean_luminance(const ImagesPrepare& args, long long image)
{
    float sum = 0.0f;
    for (int block = threadIdx.x; block < args.blocks_per_image; block += threads)
        sum += args.luminance[image * args.blocks_per_image + block];
    return block_reduce<Sum>(sum) / (static_cast<float>(args.height) * static_cast<float>(args.width));
}

DEVICE void sum_luminance(const ImagesPrepare& args)
{
    const ImageRow row = args.rows[blockIdx.x / args.blocks_per_image];
    const Colour colour = colour_of(row);
    // The same for the whole block.
    if (!colour.has(contrast_step))
        return;
    const int first = static_cast<int>(blockIdx.x % args.blocks_per_image) * block_pixels, end = min(args.height * args.width, first + block_pixels);
    float sum = 0.0f;
    for (int at = first + static_cast<int>(threadIdx.x); at < end; at += threads)
    {
        Pixel pixel = resample(args, row, at);
        change_colours(pixel, colour, 0.0f, contrast_step);
        sum += luminance(pixel);
    }
    sum = block_reduce<Sum>(sum);
    if (threadIdx.x == 0)
        args.luminance[blockIdx.x] = sum;
}

template <typename T>
DEVICE void prepare(const ImagesPrepare& args)
{
    const long long image = blockIdx.x / args.blocks_per_image;
    const ImageRow row = args.rows[image];
    const Colour colour = colour_of(row);
    const float mean = colour.has(contrast_step) ? mean_luminance(args, image) : 0.0f;
    const int first = static_cast<int>(blockIdx.x % args.blocks_per_image) * block_pixels, end = min(args.height * args.width, first + block_pixels);
    T* y = static_cast<T*>(args.y) + image * args.height * args.width * channels;
    for (int at = first + static_cast<int>(threadIdx.x); at < end; at += threads)
    {
        Pixel pixel;
        if (is_covered(args, row, at))
        {
            pixel[0] = colour_levels * row.erased_red;
            pixel[1] = colour_levels * row.erased_green;
            pixel[2] = colour_levels * row.erased_blue;
        }
        else
        {
            pixel = resample(args, row, at);
            change_colours(pixel, colour, mean);
        }
        T* target = y + static_cast<long long>(at) * channels;
        from_float(fmaf(pixel[0], args.scale_red, args.shift_red), target[0]);
        from_float(fmaf(pixel[1], args.scale_green, args.shift_green), target[1]);
        from_float(fmaf(pixel[2], args.scale_blue, args.shift_blue), target[2]);
    }
}

}  // namespace

KERNEL(images_luminance, ImagesPrepare, threads) { sum_luminance(args); }
KERNEL(images_prepare_f32, ImagesPrepare, threads) { prepare<float>(args); }
KERNEL(images_prepare_bf16, ImagesPrepare, threads) { prepare<bf16>(args); }
