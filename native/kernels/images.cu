// images.cu: packed RGB bytes of images of any size to one normalised batch: crop, antialiased resize, flip, normalisation.
//   v[n,y,x,c] = sum_t sum_s wy(t) wx(s) pixel[top + t, left + s, c] / (sum wy sum wx)         y = v scale[c] + shift[c]
// wx(s) = max(0, 1 - |s + 1/2 - u| / r), u = (x + 1/2) box_width / width the output pixel's place in the box, r = max(1,
// box_width / width): the triangle that widens with the reduction, cut off at the box, as Pillow's bilinear filter has it. That
// one rounds to bytes after the rows and after the columns; here nothing is rounded: the two differ by less than one level of 255.
// pixels: bytes [height, width, 3] of each image from its offset on; rows [images]: ImageRow; y [images, height, width, 3] f32
// or bf16; drawn [images, 5] f32 or null: receives left, top, width, height of the box and whether it was flipped.
// The box and the flip are the table's, or drawn from the image's seed: part and order of torchvision's random resized crop,
// then the flip. src/Imaging (RandomResizedCrop, SeededRandom) draws the same from the same seed, bit for bit: the generator
// is integers, the rest is arithmetic that IEEE 754 fixes (seeded_random.cuh).
// launch: blocks of 256 threads, a block for 2,048 pixels of one image, blocks_per_image of them an image
// moves: the boxes' bytes once from memory (their overlaps come from the cache) and 12 bytes (bf16: 6) a pixel of the result:
//   256 x 224 x 224 from boxes of 350 x 350: 94 MB + 154 MB, 58 us at 4.3 TB/s (52 at 4.8); bf16 40 us (36). Of arithmetic, some 15
//   instructions for each of (2 r + 1)^2 taps of a pixel: above a reduction of about 2 they are the bound
// deterministic: every pixel by itself, taps in order
#include "common/grid.cuh"
#include "common/seeded_random.cuh"
#include "common/types.cuh"

namespace
{

constexpr int threads = 256;
constexpr int block_pixels = 2048;
constexpr int channels = 3;
constexpr int part_length = 5;
constexpr int attempts = 10;

struct ImageRow
{
    long long offset;
    unsigned long long seed;
    float left;
    float top;
    float box_width;
    float box_height;
    int height;
    int width;
    int flip;
};
FIELDS(ImageRow, offset, seed, left, top, box_width, box_height, height, width, flip)

struct ImagesPrepare
{
    const unsigned char* pixels;
    const ImageRow* rows;
    void* y;
    float* drawn;  // null: not wanted
    int height;
    int width;
    int blocks_per_image;
    int draw_crop;
    double min_area;
    double max_area;
    double min_aspect;
    double max_aspect;
    double min_log_aspect;
    double max_log_aspect;
    double flip_probability;  // 0: the table's flip
    float scale_red;
    float scale_green;
    float scale_blue;
    float shift_red;
    float shift_green;
    float shift_blue;
};
FIELDS(ImagesPrepare, pixels, rows, y, drawn, height, width, blocks_per_image, draw_crop, min_area, max_area, min_aspect, max_aspect, min_log_aspect, max_log_aspect,
    flip_probability, scale_red, scale_green, scale_blue, shift_red, shift_green, shift_blue)

/// What of an image is shown.
struct Part
{
    float left, top, width, height;
    int flip;
};

DEVICE void write_part(const Part& part, float* target)
{
    target[0] = part.left;
    target[1] = part.top;
    target[2] = part.width;
    target[3] = part.height;
    target[4] = static_cast<float>(part.flip);
}

/// A side that has the exact length as nearly as the image allows.
DEVICE int side(double exact, int most) { return max(1, static_cast<int>(fmin(rint(exact), static_cast<double>(most)))); }

/// The largest part in the middle with an allowed shape.
DEVICE Part central(const ImagesPrepare& args, int width, int height)
{
    const double aspect = width / static_cast<double>(height);
    const int part_height = aspect < args.min_aspect ? side(width / args.min_aspect, height) : height;
    const int part_width = aspect > args.max_aspect ? side(height * args.max_aspect, width) : width;
    return {static_cast<float>((width - part_width) / 2), static_cast<float>((height - part_height) / 2), static_cast<float>(part_width), static_cast<float>(part_height), 0};
}

DEVICE Part draw_part(const ImagesPrepare& args, int width, int height, SeededRandom& random)
{
    for (int attempt = 0; attempt < attempts; attempt++)
    {
        const double area = random.next_double(args.min_area, args.max_area) * width * height;
        const double aspect = exponential(random.next_double(args.min_log_aspect, args.max_log_aspect));
        const double part_width = rint(sqrt(area * aspect)), part_height = rint(sqrt(area / aspect));
        if (part_width < 1 || part_height < 1 || part_width > width || part_height > height)
            continue;
        const int top = random.next_below(height - static_cast<int>(part_height) + 1), left = random.next_below(width - static_cast<int>(part_width) + 1);
        return {static_cast<float>(left), static_cast<float>(top), static_cast<float>(part_width), static_cast<float>(part_height), 0};
    }
    return central(args, width, height);
}

DEVICE void choose_part(const ImagesPrepare& args, const ImageRow& row, Part& chosen)
{
    SeededRandom random(row.seed);
    Part part = {row.left, row.top, row.box_width, row.box_height, row.flip};
    if (args.draw_crop)
    {
        part = draw_part(args, row.width, row.height, random);
        part.flip = row.flip;
    }
    if (args.flip_probability > 0.0)
        part.flip = random.next_double() < args.flip_probability;
    chosen = part;
}

/// The pixels of one axis that an output pixel is made of, counted from the image's edge, and their weights.
struct Taps
{
    int first, end;
    float centre, narrowing;

    /// @param start, length the box on this axis
    DEVICE Taps(int output, int outputs, float start, float length, int pixels)
    {
        const float scale = length / outputs, widening = fmaxf(scale, 1.0f);
        // Counted from the box: in a large image an f32 has few bits left behind the point.
        const int corner = static_cast<int>(start), extent = min(pixels, static_cast<int>(ceilf(start + length))) - corner;
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

/// One pixel of the result, on the scale of bytes.
DEVICE Floats<channels> resample(const unsigned char* pixels, int stride, const Taps& across, const Taps& down)
{
    Floats<channels> sums = {};
    for (int y = down.first; y < down.end; y++)
    {
        const unsigned char* row = pixels + y * static_cast<long long>(stride);
        const float weight = down.weight(y);
        for (int x = across.first; x < across.end; x++)
        {
            const float both = weight * across.weight(x);
#pragma unroll
            for (int c = 0; c < channels; c++)
                sums[c] = fmaf(both, row[x * channels + c], sums[c]);
        }
    }
    const float total = across.weights() * down.weights();
#pragma unroll
    for (int c = 0; c < channels; c++)
        sums[c] /= total;
    return sums;
}

template <typename T>
DEVICE void prepare(const ImagesPrepare& args)
{
    __shared__ Part shared_part;
    const long long image = blockIdx.x / args.blocks_per_image;
    const ImageRow row = args.rows[image];
    if (threadIdx.x == 0)
        choose_part(args, row, shared_part);
    __syncthreads();
    const Part part = shared_part;
    const int first = static_cast<int>(blockIdx.x % args.blocks_per_image) * block_pixels, end = min(args.height * args.width, first + block_pixels);
    if (args.drawn && first == 0 && threadIdx.x == 0)
        write_part(part, args.drawn + image * part_length);
    T* y = static_cast<T*>(args.y) + image * args.height * args.width * channels;
    for (int at = first + static_cast<int>(threadIdx.x); at < end; at += threads)
    {
        const int column = at % args.width;
        T* target = y + static_cast<long long>(at) * channels;
        const Taps across(part.flip ? args.width - 1 - column : column, args.width, part.left, part.width, row.width);
        const Taps down(at / args.width, args.height, part.top, part.height, row.height);
        const Floats<channels> value = resample(args.pixels + row.offset, row.width * channels, across, down);
        from_float(fmaf(value[0], args.scale_red, args.shift_red), target[0]);
        from_float(fmaf(value[1], args.scale_green, args.shift_green), target[1]);
        from_float(fmaf(value[2], args.scale_blue, args.shift_blue), target[2]);
    }
}

}  // namespace

KERNEL(images_prepare_f32, ImagesPrepare, threads) { prepare<float>(args); }
KERNEL(images_prepare_bf16, ImagesPrepare, threads) { prepare<bf16>(args); }
