// matrix_product_test.cpp: both tiles and widths, all transposes, bias, accumulation and a cut depth, against sums in double.
#include "tests/kernel_test.h"

namespace
{

constexpr long long tile_columns = 128;

struct Tile
{
    const char* name;
    int rows, threads;
};
constexpr Tile wide{"matrix_product_wide_f32", 128, 256}, slim{"matrix_product_slim_f32", 32, 128};

struct Case
{
    int rows, columns, depth;
    bool transpose_a = false, transpose_b = false, accumulate = false, bias = false;
    int gap = 0;  // between the rows of C
};

float product(const Case& c, const Buffer<float>& a, const Buffer<float>& b, long long i, long long j)
{
    double sum = 0;
    for (long long k = 0; k < c.depth; k++)
        sum += static_cast<double>(a[c.transpose_a ? k * c.rows + i : i * c.depth + k]) * b[c.transpose_b ? j * c.depth + k : k * c.columns + j];
    return static_cast<float>(sum);
}

long long blocks_of(const Tile& tile, int rows, int columns) { return (rows + tile.rows - 1LL) / tile.rows * ((columns + tile_columns - 1) / tile_columns); }

void check(const Tile& tile, int width, const Case& c)
{
    const Buffer<float> a = random<float>(1LL * c.rows * c.depth, 1), b = random<float>(1LL * c.depth * c.columns, 2), bias = random<float>(c.columns, 3);
    const long long stride = c.columns + c.gap;
    const Buffer<float> y = random<float>(c.rows * stride, 4);
    std::vector<float> expected = to_floats(y.values());
    for (long long i = 0; i < c.rows; i++)
        for (long long j = 0; j < c.columns; j++)
            expected[i * stride + j] = product(c, a, b, i, j) + (c.bias ? bias[j] : 0) + (c.accumulate ? expected[i * stride + j] : 0);
    launch((std::string(tile.name) + (width == 4 ? "x4" : "")).c_str(), blocks_of(tile, c.rows, c.columns), tile.threads, 0,
        {{"a", a}, {"b", b}, {"bias", c.bias ? bias.data() : nullptr}, {"c", y}, {"c_stride", stride}, {"part_stride", 0}, {"rows", c.rows}, {"columns", c.columns}, {"depth", c.depth},
            {"part_depth", c.depth}, {"transpose_a", c.transpose_a}, {"transpose_b", c.transpose_b}, {"accumulate", c.accumulate}});
    near(y, expected, 1e-5f);
}

void check_transposes(const Tile& tile, int width, Case c)
{
    for (int mode = 0; mode < 4; mode++)
    {
        c.transpose_a = mode & 1;
        c.transpose_b = mode & 2;
        check(tile, width, c);
    }
}

void check_parts(const Tile& tile, int width, int rows, int columns, int depth, int part_depth)
{
    const Case c{rows, columns, depth};
    const int parts = (depth + part_depth - 1) / part_depth;
    const Buffer<float> a = random<float>(1LL * rows * depth, 1), b = random<float>(1LL * depth * columns, 2), bias = random<float>(columns, 3);
    const Buffer<float> sums(1LL * parts * rows * columns), y = random<float>(1LL * rows * columns, 4);
    std::vector<float> expected = to_floats(y.values());
    for (long long i = 0; i < rows; i++)
        for (long long j = 0; j < columns; j++)
            expected[i * columns + j] += product(c, a, b, i, j) + bias[j];
    launch((std::string(tile.name) + (width == 4 ? "x4" : "")).c_str(), blocks_of(tile, rows, columns) * parts, tile.threads, 0,
        {{"a", a}, {"b", b}, {"bias", nullptr}, {"c", sums}, {"c_stride", columns}, {"part_stride", 1LL * rows * columns}, {"rows", rows}, {"columns", columns}, {"depth", depth},
            {"part_depth", part_depth}, {"transpose_a", 0}, {"transpose_b", 0}, {"accumulate", 0}});
    launch("matrix_product_join", 2, 256, 0, {{"parts", sums}, {"bias", bias}, {"c", y}, {"length", 1LL * rows * columns}, {"count", parts}, {"columns", columns}, {"accumulate", 1}});
    near(y, expected, 1e-5f);
}

/// The last tile of a C that ends past 2^31 elements.
void far(const Tile& tile, int width)
{
    const int rows = 65600, columns = 32768;
    const Buffer<float> a(rows, 2.0f), b(columns, 3.0f), y(1LL * rows * columns);
    const long long blocks = blocks_of(tile, rows, columns);
    launch((std::string(tile.name) + (width == 4 ? "x4" : "")).c_str(), blocks, tile.threads, 0,
        {{"a", a}, {"b", b}, {"bias", nullptr}, {"c", y}, {"c_stride", columns}, {"part_stride", 0}, {"rows", rows}, {"columns", columns}, {"depth", 1}, {"part_depth", 1},
            {"transpose_a", 1}, {"transpose_b", 0}, {"accumulate", 0}},
        {static_cast<unsigned long long>(blocks) - 1, 1});
    CHECK_EQUAL(y[y.count() - 1], 6.0f);
    CHECK_EQUAL(y[y.count() - 128], 6.0f);
}

}  // namespace

TEST(any_size)
{
    for (const Tile& tile : {wide, slim})
        for (const Case& c : std::vector<Case>{{1, 1, 1}, {31, 33, 7}, {33, 129, 19}, {130, 31, 16}, {5, 5, 0}})
            check_transposes(tile, 1, c);
}

TEST(sixteen_bytes_at_a_time)
{
    for (const Tile& tile : {wide, slim})
        for (const Case& c : std::vector<Case>{{4, 4, 4}, {36, 132, 20}, {132, 128, 12}})
            check_transposes(tile, 4, c);
}

TEST(bias_and_accumulation)
{
    for (const Tile& tile : {wide, slim})
        for (const int width : {1, 4})
        {
            check(tile, width, {36, 132, 20, false, true, false, true});
            check(tile, width, {36, 132, 20, false, true, true, true, 8});
            check(tile, width, {132, 36, 8, true, false, true});
        }
}

TEST(a_cut_depth)
{
    for (const Tile& tile : {wide, slim})
    {
        check_parts(tile, 1, 33, 35, 101, 32);
        check_parts(tile, 4, 36, 40, 100, 48);
    }
}

TEST(past_two_to_the_31_elements)
{
    far(wide, 1);
    far(wide, 4);
    far(slim, 1);
    far(slim, 4);
}

TEST(parts_past_two_to_the_31_elements)
{
    const long long length = (1LL << 31) + 1024;
    Buffer<float> parts(2 * length);
    const Buffer<float> y(length);
    for (long long i = length - 1024; i < length; i++)
    {
        parts.set(i, 1);
        parts.set(length + i, 2);
    }
    const long long blocks = length / 256;
    launch("matrix_product_join", blocks, 256, 0, {{"parts", parts}, {"bias", nullptr}, {"c", y}, {"length", length}, {"count", 2}, {"columns", 1024}, {"accumulate", 0}},
        {static_cast<unsigned long long>(blocks) - 4, 4});
    CHECK_EQUAL(y[length - 1], 3.0f);
    CHECK_EQUAL(y[length - 1024], 3.0f);
}
