// products.h: matrix products on this machine's cores, as fast as plain C++ makes them: blocks of both factors are packed
// for a small kernel that the compiler vectorises, in one of a few widths chosen for the processor. Every element of the
// result is summed over the depth in one fixed order, whoever computes it.
#pragma once

#include <cstdint>

#include "simulator/elements.h"

namespace simulator
{

/// A matrix that is read piece by piece: of memory, or of what a convolution sees of an image.
template <typename T>
class Source
{
public:
    virtual ~Source() = default;

    /// Elements [row, column .. column + count).
    virtual void read(int64_t row, int64_t column, int count, T* to) const = 0;
};

/// One factor of a product. Its rows are those of the result (of a right factor: the result's columns) and its columns
/// the depth, or the other way round.
template <typename T>
struct Factor
{
    const Source<T>* source;
    bool rows_are_depth;
};

constexpr int longest_piece = 256;

/// Where the sums go: called once for each piece of a row, `longest_piece` at most, from several threads at once.
template <typename T>
class Sink
{
public:
    virtual ~Sink() = default;
    virtual void take(int64_t row, int64_t column, int count, const T* sums) = 0;
};

/// sums[row, column] = sum over the depth of left[row, depth] * right[column, depth]
void multiply(int64_t rows, int64_t columns, int64_t depth, Factor<float> left, Factor<float> right, Sink<float>& sink);
void multiply(int64_t rows, int64_t columns, int64_t depth, Factor<double> left, Factor<double> right, Sink<double>& sink);

/// Memory as a matrix: element (row, column) lies at address + (row / group * group_stride + row % group * row_stride +
/// column * column_stride) elements.
template <typename T>
class Strided final : public Source<T>
{
public:
    Strided(const char* address, Element type, Rounding rounding, int64_t row_stride, int64_t column_stride = 1, int64_t group = INT64_MAX, int64_t group_stride = 0)
        : address_(address), type_(type), rounding_(rounding), row_stride_(row_stride), column_stride_(column_stride), group_(group), group_stride_(group_stride)
    {
    }

    void read(int64_t row, int64_t column, int count, T* to) const override
    {
        const int64_t first = row / group_ * group_stride_ + row % group_ * row_stride_ + column * column_stride_;
        load(address_ + first * static_cast<int64_t>(bytes_of(type_)), column_stride_, count, type_, rounding_, to);
    }

private:
    const char* address_;
    Element type_;
    Rounding rounding_;
    int64_t row_stride_, column_stride_, group_, group_stride_;
};

}  // namespace simulator
