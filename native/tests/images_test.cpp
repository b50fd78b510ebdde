// images_test.cpp: boxes and flips of a table against sums in double, and what is drawn from seeds. That src/Imaging draws
// and shows the same is tested through the host.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256, block_pixels = 2048;

/// A row of the table as the host writes it.
struct Row
{
    long long offset;
    unsigned long long seed;
    float left, top, box_width, box_height;
    int height, width, flip;
};

struct Draw
{
    bool crop = false;
    double flip_probability = 0;
};

template <typename T>
void prepare(const Buffer<unsigned char>& pixels, const std::vector<Row>& rows, int height, int width, const Buffer<T>& y, const Buffer<float>& drawn, Draw draw = {})
{
    const int blocks = (height * width + block_pixels - 1) / block_pixels;
    launch(sizeof(T) == sizeof(float) ? "images_prepare_f32" : "images_prepare_bf16", static_cast<long long>(rows.size()) * blocks, threads, 0,
        {{"pixels", pixels}, {"rows", Buffer<Row>(rows)}, {"y", y}, {"drawn", drawn}, {"height", height}, {"width", width}, {"blocks_per_image", blocks}, {"draw_crop", draw.crop},
            {"min_area", 0.1}, {"max_area", 1.0}, {"min_aspect", 0.5}, {"max_aspect", 2.0}, {"min_log_aspect", std::log(0.5)}, {"max_log_aspect", std::log(2.0)},
            {"flip_probability", draw.flip_probability}, {"scale_red", 0.5f}, {"scale_green", 1.0f}, {"scale_blue", 2.0f}, {"shift_red", 1.0f}, {"shift_green", 0.0f}, {"shift_blue", -3.0f}});
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
    const double scale = length / outputs;
    return std::fmax(0, 1 - std::abs(pixel + 0.5 - start - (output + 0.5) * scale) / std::fmax(1, scale));
}

float expected(const Buffer<unsigned char>& pixels, const Row& row, int height, int width, int y, int x, int c)
{
    double sum = 0, total = 0;
    const int column = row.flip ? width - 1 - x : x;
    for (int i = static_cast<int>(row.top); i < row.top + row.box_height; i++)
        for (int j = static_cast<int>(row.left); j < row.left + row.box_width; j++)
        {
            const double both = weight(i, y, height, row.top, row.box_height) * weight(j, column, width, row.left, row.box_width);
            sum += both * pixels[row.offset + (i * row.width + j) * 3 + c];
            total += both;
        }
    constexpr double scale[3] = {0.5, 1, 2}, shift[3] = {1, 0, -3};
    return static_cast<float>(sum / total * scale[c] + shift[c]);
}

template <typename T>
void check(int height, int width, float tolerance)
{
    const std::vector<Row> rows = {{0, 0, 0, 0, 40, 31, 31, 40, 0}, {3720, 0, 2, 3, 17, 5, 9, 20, 1}, {4260, 0, 0.3f, 0.6f, 5.5f, 6.1f, 7, 6, 0}, {4386, 0, 0, 0, 1, 1, 1, 1, 1}};
    const Buffer<unsigned char> pixels = bytes(4389);
    const Buffer<T> y(4LL * height * width * 3);
    const Buffer<float> drawn(4 * 5);
    prepare(pixels, rows, height, width, y, drawn);
    std::vector<float> values;
    for (const Row& row : rows)
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++)
                for (int c = 0; c < 3; c++)
                    values.push_back(expected(pixels, row, height, width, i, j, c));
    near(y, values, tolerance);
    near(drawn, {0, 0, 40, 31, 0, 2, 3, 17, 5, 1, 0.3f, 0.6f, 5.5f, 6.1f, 0, 0, 0, 1, 1, 1}, 0);
}

}  // namespace

TEST(boxes_and_flips)
{
    for (const auto& [height, width] : {std::pair{1, 1}, {7, 33}, {31, 32}, {50, 61}})
    {
        check<float>(height, width, 1e-5f);
        check<bf16>(height, width, 1.0f / 256);
    }
}

TEST(a_seed_draws_the_same_part_each_time)
{
    std::vector<Row> rows;
    for (unsigned seed = 0; seed < 40; seed++)
        rows.push_back({0, seed / 2, 0, 0, 30, 20, 20, 30, 0});
    const Buffer<unsigned char> pixels = bytes(1800);
    const Buffer<float> y(40 * 12), drawn(40 * 5);
    prepare(pixels, rows, 2, 2, y, drawn, {true, 0.5});
    int flips = 0, distinct = 0;
    for (int i = 0; i < 40; i += 2)
    {
        const float *part = drawn.data() + i * 5, *again = part + 5, *before = part - 10;
        for (int field = 0; field < 5; field++)
            CHECK_EQUAL(part[field], again[field]);
        CHECK(part[0] >= 0 && part[1] >= 0 && part[0] + part[2] <= 30 && part[1] + part[3] <= 20);
        CHECK(part[2] * part[3] > 0.08 * 600 && part[2] / part[3] > 0.4 && part[2] / part[3] < 2.5);
        flips += part[4] != 0;
        distinct += i > 0 && (part[0] != before[0] || part[1] != before[1] || part[2] != before[2]);
    }
    CHECK(flips > 3 && flips < 17 && distinct > 15);
}

TEST(a_part_that_never_fits_is_the_largest_in_the_middle)
{
    const Buffer<unsigned char> pixels = bytes(300);
    const Buffer<float> y(2 * 3), drawn(2 * 5);
    prepare(pixels, {{0, 1, 0, 0, 100, 1, 1, 100, 0}, {0, 2, 0, 0, 1, 100, 100, 1, 1}}, 1, 1, y, drawn, {true, 0});
    // Width over height of at most 2: 2 x 1 in the middle of 100 x 1; of at least 1/2: 1 x 2.
    for (int i = 0; i < 2; i++)
        CHECK(drawn[i * 5 + 2] * drawn[i * 5 + 3] <= 2);
    CHECK_EQUAL(drawn[9], 1.0f);
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
    std::vector<Row> rows(images, Row{offset, 0, 0, 0, 1, 1, 1, 1, 0});
    const Buffer<float> y(images * height * width * 3);
    launch("images_prepare_f32", images * blocks, threads, 0,
        {{"pixels", pixels}, {"rows", Buffer<Row>(rows)}, {"y", y}, {"drawn", nullptr}, {"height", height}, {"width", width}, {"blocks_per_image", static_cast<int>(blocks)}, {"draw_crop", 0},
            {"min_area", 0.1}, {"max_area", 1.0}, {"min_aspect", 0.5}, {"max_aspect", 2.0}, {"min_log_aspect", 0.0}, {"max_log_aspect", 0.0}, {"flip_probability", 0.0},
            {"scale_red", 0.5f}, {"scale_green", 1.0f}, {"scale_blue", 2.0f}, {"shift_red", 1.0f}, {"shift_green", 0.0f}, {"shift_blue", -3.0f}},
        {static_cast<unsigned long long>(images * blocks) - 1, 1});
    CHECK_EQUAL(y[y.count() - 3], 6.0f);
    CHECK_EQUAL(y[y.count() - 2], 10.0f);
    CHECK_EQUAL(y[y.count() - 1], 17.0f);
}
