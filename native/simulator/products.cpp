#include "simulator/products.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "simulator/launch.h"

namespace simulator
{

namespace
{

constexpr int tile_rows = 240, tile_columns = longest_piece;  // of the result, for one thread at a time
constexpr int tile_depth = 256;
constexpr int most_lanes = 32;

/// sums[rows, columns] += the product of one packed panel of each factor: left[depth][rows], right[depth][columns].
template <typename T>
struct PanelKernel
{
    int rows, columns;
    void (*add)(const T* left, const T* right, int depth, T* sums, int pitch);
};

/// The kernel's body, for `rows` x 2 vectors of sums that stay in registers.
template <typename T, int bytes, int rows>
__attribute__((always_inline)) inline void add_panels(const T* left, const T* right, int depth, T* sums, int pitch)
{
    typedef T Vector __attribute__((vector_size(bytes), aligned(sizeof(T))));
    constexpr int lanes = bytes / sizeof(T);
    Vector total[rows][2] = {};
    for (int d = 0; d < depth; d++, left += rows, right += 2 * lanes)
    {
        const Vector first = *reinterpret_cast<const Vector*>(right), second = *reinterpret_cast<const Vector*>(right + lanes);
#pragma GCC unroll 16
        for (int i = 0; i < rows; i++)
        {
            total[i][0] += left[i] * first;
            total[i][1] += left[i] * second;
        }
    }
#pragma GCC unroll 16
    for (int i = 0; i < rows; i++, sums += pitch)
    {
        *reinterpret_cast<Vector*>(sums) += total[i][0];
        *reinterpret_cast<Vector*>(sums + lanes) += total[i][1];
    }
}

template <typename T>
void add_narrow(const T* left, const T* right, int depth, T* sums, int pitch)
{
    add_panels<T, 16, 4>(left, right, depth, sums, pitch);
}

#if defined(__x86_64__)

template <typename T>
__attribute__((target("avx2,fma"))) void add_avx2(const T* left, const T* right, int depth, T* sums, int pitch)
{
    add_panels<T, 32, 6>(left, right, depth, sums, pitch);
}

template <typename T>
__attribute__((target("avx512f"))) void add_avx512(const T* left, const T* right, int depth, T* sums, int pitch)
{
    add_panels<T, 64, 12>(left, right, depth, sums, pitch);
}

template <typename T>
PanelKernel<T> choose_kernel()
{
    if (__builtin_cpu_supports("avx512f"))
        return {12, 2 * 64 / sizeof(T), add_avx512<T>};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return {6, 2 * 32 / sizeof(T), add_avx2<T>};
    return {4, 2 * 16 / sizeof(T), add_narrow<T>};
}

#else

template <typename T>
PanelKernel<T> choose_kernel()
{
    return {4, 2 * 16 / sizeof(T), add_narrow<T>};
}

#endif

int round_up(int value, int multiple) { return (value + multiple - 1) / multiple * multiple; }

/// What one thread packs and sums in.
template <typename T>
struct Scratch
{
    std::vector<T> left = std::vector<T>(tile_rows * tile_depth), right = std::vector<T>(tile_columns * tile_depth), sums = std::vector<T>(tile_rows * tile_columns);
    std::vector<T> piece = std::vector<T>(std::max({tile_rows, tile_columns, tile_depth}) + most_lanes);

    static Scratch& own()
    {
        static thread_local Scratch scratch;
        return scratch;
    }
};

/// A tile of a factor as panels[count / width][depth][width], zeros past its end.
template <typename T>
void pack(const Factor<T>& factor, int64_t first, int count, int64_t first_depth, int depth, int width, T* piece, T* panels)
{
    const int padded = round_up(count, width);
    const auto at = [=](int i, int d) { return panels + (i / width * depth + d) * width + i % width; };
    if (factor.rows_are_depth)
    {
        std::fill(piece + count, piece + padded, T{});
        for (int d = 0; d < depth; d++)
        {
            factor.source->read(first_depth + d, first, count, piece);
            for (int i = 0; i < padded; i += width)
                std::copy_n(piece + i, width, at(i, d));
        }
        return;
    }
    for (int i = 0; i < padded; i++)
    {
        if (i < count)
            factor.source->read(first + i, first_depth, depth, piece);
        else
            std::fill_n(piece, depth, T{});
        T* const column = at(i, 0);
        for (int d = 0; d < depth; d++)
            column[d * width] = piece[d];
    }
}

/// One tile of the result, over the whole depth.
template <typename T>
void multiply_tile(int64_t row, int rows, int64_t column, int columns, int64_t depth, const Factor<T>& left, const Factor<T>& right, Sink<T>& sink)
{
    static const PanelKernel<T> kernel = choose_kernel<T>();
    Scratch<T>& scratch = Scratch<T>::own();
    const int pitch = round_up(columns, kernel.columns);
    std::fill_n(scratch.sums.data(), round_up(rows, kernel.rows) * pitch, T{});
    for (int64_t first = 0; first < depth; first += tile_depth)
    {
        const int count = static_cast<int>(std::min<int64_t>(tile_depth, depth - first));
        pack(left, row, rows, first, count, kernel.rows, scratch.piece.data(), scratch.left.data());
        pack(right, column, columns, first, count, kernel.columns, scratch.piece.data(), scratch.right.data());
        for (int j = 0; j < columns; j += kernel.columns)
            for (int i = 0; i < rows; i += kernel.rows)
                kernel.add(scratch.left.data() + i * count, scratch.right.data() + j * count, count, scratch.sums.data() + i * pitch + j, pitch);
    }
    for (int i = 0; i < rows; i++)
        sink.take(row + i, column, columns, scratch.sums.data() + i * pitch);
}

template <typename T>
void multiply_any(int64_t rows, int64_t columns, int64_t depth, const Factor<T>& left, const Factor<T>& right, Sink<T>& sink)
{
    const int64_t across = (columns + tile_columns - 1) / tile_columns, down = (rows + tile_rows - 1) / tile_rows;
    spread(static_cast<int>(across * down), [&](int tile) {
        const int64_t row = tile / across * tile_rows, column = tile % across * tile_columns;
        multiply_tile(row, static_cast<int>(std::min<int64_t>(tile_rows, rows - row)), column, static_cast<int>(std::min<int64_t>(tile_columns, columns - column)), depth,
                      left, right, sink);
    });
}

}  // namespace

void multiply(int64_t rows, int64_t columns, int64_t depth, Factor<float> left, Factor<float> right, Sink<float>& sink) { multiply_any(rows, columns, depth, left, right, sink); }

void multiply(int64_t rows, int64_t columns, int64_t depth, Factor<double> left, Factor<double> right, Sink<double>& sink)
{
    multiply_any(rows, columns, depth, left, right, sink);
}

}  // namespace simulator
