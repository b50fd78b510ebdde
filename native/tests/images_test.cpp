// images_test.cpp: boxes, flips, covered boxes and contrast of a table against sums in double. The other changes of colour, and that
// what is shown is what src/Imaging drew, are tested through the host.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256, block_pixels = 2048;
constexpr double scale[3] = {0.5, 1, 2}, shift[3] = {1, 0, -3};

/// A row of the table as the host writes it.
struct Row
{
    long long offset;
    float left, top, box_width, box_height;
    int height, width, flip;
    int steps = 0;
    float brightness = 0, contrast = 0, saturation = 0, hue = 0, light_red = 0, light_green = 0, light_blue = 0, light_gain = 0;
    int erased_left = 0, erased_top = 0, erased_width = 0, erased_height = 0;
    float erased_red = 0, erased_green = 0, erased_blue = 0;
};

template <typename T>
void run(const std::string& kernel, const Buffer<unsigned char>& pixels, const Buffer<Row>& rows, const float* luminance, const Buffer<T>& y, int height, int width, Window window = {})
{
    const int blocks = (height * width + block_pixels - 1) / block_pixels;
    launch(kernel, rows.count() * blocks, threads, 0,
        {{"pixels", pixels}, {"rows", rows}, {"luminance", static_cast<const void*>(luminance)}, {"y", y}, {"height", height}, {"width", width}, {"blocks_per_image", blocks},
            {"scale_red", 0.5f}, {"scale_green", 1.0f}, {"scale_blue", 2.0f}, {"shift_red", 1.0f}, {"shift_green", 0.0f}, {"shift_blue", -3.0f}},
        window);
}

template <typename T>
void prepare(const Buffer<unsigned char>& pixels, const std::vector<Row>& rows, int height, int width, const Buffer<T>& y)
{
    const Buffer<Row> table(rows);
    const Buffer<float> luminance(table.count() * ((height * width + block_pixels - 1) / block_pixels));
    run("images_luminance", pixels, table, luminance.data(), y, height, width);
    run(sizeof(T) == sizeof(float) ? "images_prepare_f32" : "images_prepare_bf16", pixels, table, luminance.data(), y, height, width);
}

Buffer<unsigned char> bytes(long long count)
{
    std::vector<unsigned char> values;
    for (const float value : random_floats(count, 7, 0, 255.99f))
        values.push_back(static_cast<unsigned char>(value));
    return Buffer<unsigned char>(values);
}

double weight(int pixel, int output, int outputs, double start, double length)
{
    const double narrowed = length / outputs;
    return std::fmax(0, 1 - std::abs(pixel + 0.5 - start - (output + 0.5) * narrowed) / std::fmax(1, narrowed));
}

double resampled(const Buffer<unsigned char>& pixels, const Row& row, int height, int width, int y, int x, int c)
{
    double sum = 0, total = 0;
    const int column = row.flip ? width - 1 - x : x;
    for (int i = static_cast<int>(std::floor(row.top)); i < row.top + row.box_height; i++)
        for (int j = static_cast<int>(std::floor(row.left)); j < row.left + row.box_width; j++)
        {
            const double both = weight(i, y, height, row.top, row.box_height) * weight(j, column, width, row.left, row.box_width);
            const bool inside = i >= 0 && i < row.height && j >= 0 && j < row.width;
            sum += inside ? both * pixels[row.offset + (i * row.width + j) * 3 + c] : 0;
            total += both;
        }
    return sum / total;
}

/// The picture with its contrast changed, on the scale of bytes.
std::vector<double> picture(const Buffer<unsigned char>& pixels, const Row& row, int height, int width)
{
    std::vector<double> values;
    for (int i = 0; i < height * width * 3; i++)
        values.push_back(resampled(pixels, row, height, width, i / 3 / width, i / 3 % width, i % 3));
    if (row.steps == 0)
        return values;
    constexpr double shares[3] = {0.299, 0.587, 0.114};
    double mean = 0;
    for (int i = 0; i < height * width * 3; i++)
        mean += shares[i % 3] * values[i] / (height * width);
    for (double& value : values)
        value = std::fmin(std::fmax(mean + row.contrast * (value - mean), 0), 255);
    return values;
}

template <typename T>
void check(int height, int width, float tolerance)
{
    Row contrasted = {0, 0, 0, 40, 31, 31, 40, 0, 2}, covered = {0, 4, 4, 30, 20, 31, 40, 1};
    contrasted.contrast = 1.6f;
    covered.erased_width = width;
    covered.erased_height = (height + 1) / 2;
    covered.erased_green = 1;
    const std::vector<Row> rows = {{0, 0, 0, 40, 31, 31, 40, 0}, {3720, 2, 3, 17, 5, 9, 20, 1}, {4260, 0.3f, 0.6f, 5.5f, 6.1f, 7, 6, 0}, {4386, 0, 0, 1, 1, 1, 1, 1},
        {3720, -5, 4, 20, 9, 9, 20, 1}, contrasted, covered};
    const Buffer<unsigned char> pixels = bytes(4389);
    const Buffer<T> y(static_cast<long long>(rows.size()) * height * width * 3);
    prepare(pixels, rows, height, width, y);
    std::vector<float> values;
    for (const Row& row : rows)
    {
        const std::vector<double> levels = picture(pixels, row, height, width);
        for (int i = 0; i < height * width * 3; i++)
        {
            const double level = i / 3 / width < row.erased_height ? i % 3 == 1 ? 255 : 0 : levels[i];
            values.push_back(static_cast<float>(level * scale[i % 3] + shift[i % 3]));
        }
    }
    near(y, values, tolerance);
}

}  // namespace

TEST(boxes_flips_contrast_and_covers)
{
    for (const auto& [height, width] : {std::pair{1, 1}, {7, 33}, {31, 32}, {50, 61}})
    {
        check<float>(height, width, 1e-5f);
        check<bf16>(height, width, 1.0f / 256);
    }
}

TEST(luminance_is_left_alone_where_nobody_asks)
{
    const Buffer<unsigned char> pixels = bytes(300);
    const Buffer<float> luminance(std::vector<float>{-7, -7}), y(2 * 30 * 3);
    const std::vector<Row> rows = {{0, 0, 0, 10, 10, 10, 10, 0, 1}, {0, 0, 0, 10, 10, 10, 10, 0}};
    run("images_luminance", pixels, Buffer<Row>(rows), luminance.data(), y, 5, 6);
    near(luminance, {-7, -7}, 0);
}

TEST(past_two_to_the_31_elements)
{
    // An image far into the bytes, and a pixel far into the batch.
    const long long offset = (1LL << 31) + 3;
    const int height = 2048, width = 2048;
    const long long images = 180, blocks = 1LL * height * width / block_pixels;
    Buffer<unsigned char> pixels(offset + 3);
    for (int c = 0; c < 3; c++)
        pixels.set(offset + c, 10);
    const std::vector<Row> rows(images, Row{offset, 0, 0, 1, 1, 1, 1, 0});
    const Buffer<float> y(images * height * width * 3);
    run("images_prepare_f32", pixels, Buffer<Row>(rows), nullptr, y, height, width, {static_cast<unsigned long long>(images * blocks) - 1, 1});
    CHECK_EQUAL(y[y.count() - 3], 6.0f);
    CHECK_EQUAL(y[y.count() - 2], 10.0f);
    CHECK_EQUAL(y[y.count() - 1], 17.0f);
}
