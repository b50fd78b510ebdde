// tile_product.cuh: a block's 64 x 64 tile of a product, whose operands lie wherever a function finds them.
//
// An operand is a matrix of lines (rows of the left, columns of the right operand) by depth, read 8 neighbours at a time along the axis
// that is contiguous in memory: read(line, depth) gives 8 values, zeros for what does not exist. Strips of both operands, 32 deep, go
// through shared memory; while one is multiplied, the loads of the next are under way.
//   Plain    f32: a thread's 8 x 4 sums in registers, shared reads 16 bytes wide
//   Tensor   bf16 factors by mma.cuh, f32 sums: a warp's 32 x 32 as 2 x 4 fragments; a line's words in shared memory are 20
//            apart, so that the 32 reads of a fragment's register meet 32 banks
// launch: blocks of 128 threads
// deterministic: each sum runs over the depth in rising order
#pragma once

#include "common/mma.cuh"

constexpr int product_threads = 128;
constexpr int tile_side = 64;
constexpr int strip_depth = 32;
constexpr int piece_length = 8;

/// Where the depth of an operand lies: side by side, or line beside line.
struct AlongDepth
{
};
struct AlongLines
{
};

/// 8 values from an address on, of which `present` exist; N at a time.
template <int N, typename T>
DEVICE Floats<piece_length> read_piece(const T* source, int present)
{
    Floats<piece_length> piece = {};
#pragma unroll
    for (int i = 0; i < piece_length; i += N)
        if (i < present)
        {
            const Floats<N> values = load<N>(source + i);
#pragma unroll
            for (int j = 0; j < N; j++)
                piece[i + j] = values[j];
        }
    return piece;
}

/// The same of float32 rows whose alignment only the launch knows.
DEVICE Floats<piece_length> read_piece(const float* source, int present, int aligned) { return aligned ? read_piece<4>(source, present) : read_piece<1>(source, present); }

/// A thread's two pieces of a strip on their way from memory to shared memory.
template <typename Axis>
struct Staged;

template <>
struct Staged<AlongDepth>
{
    Floats<piece_length> pieces[2];

    static DEVICE int line(int i) { return threadIdx.x / 4 + 32 * i; }
    static DEVICE int depth() { return threadIdx.x % 4 * piece_length; }

    template <typename Read>
    DEVICE void fetch(Read read, int first_line, int first_depth)
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
            pieces[i] = read(first_line + line(i), first_depth + depth());
    }

    /// Calls back with line, depth and value of each.
    template <typename Put>
    DEVICE void each(Put put) const
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
#pragma unroll
            for (int j = 0; j < piece_length; j++)
                put(line(i), depth() + j, pieces[i][j]);
    }

    /// Calls back with line, depth and values of each two that are neighbours in depth.
    template <typename Put>
    DEVICE void each_pair(Put put) const
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
#pragma unroll
            for (int j = 0; j < piece_length; j += 2)
                put(line(i), depth() + j, pieces[i][j], pieces[i][j + 1]);
    }
};

template <>
struct Staged<AlongLines>
{
    Floats<piece_length> pieces[2];

    static DEVICE int line() { return threadIdx.x % 8 * piece_length; }
    static DEVICE int depth() { return threadIdx.x / 8 * 2; }

    template <typename Read>
    DEVICE void fetch(Read read, int first_line, int first_depth)
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
            pieces[i] = read(first_line + line(), first_depth + depth() + i);
    }

    template <typename Put>
    DEVICE void each(Put put) const
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
#pragma unroll
            for (int j = 0; j < piece_length; j++)
                put(line() + j, depth() + i, pieces[i][j]);
    }

    template <typename Put>
    DEVICE void each_pair(Put put) const
    {
#pragma unroll
        for (int j = 0; j < piece_length; j++)
            put(line() + j, depth(), pieces[0][j], pieces[1][j]);
    }
};

/// A thread's sums, in float32 arithmetic.
struct Plain
{
    static constexpr int pitch = tile_side + 4;
    using Strip = float[strip_depth * pitch];

    float sums[8][4] = {};

    template <typename Axis>
    static DEVICE void put(float* strip, const Staged<Axis>& staged)
    {
        staged.each([&](int line, int depth, float value) { strip[depth * pitch + line] = value; });
    }

    static DEVICE int row(int i) { return i / 4 * 32 + static_cast<int>(threadIdx.x) / 16 * 4 + i % 4; }
    static DEVICE int column() { return threadIdx.x % 16 * 4; }

    DEVICE void add(const float* left, const float* right)
    {
#pragma unroll 4
        for (int depth = 0; depth < strip_depth; depth++)
        {
            const Floats<4> a[2] = {load<4>(left + depth * pitch + row(0)), load<4>(left + depth * pitch + row(4))}, b = load<4>(right + depth * pitch + column());
#pragma unroll
            for (int i = 0; i < 8; i++)
#pragma unroll
                for (int j = 0; j < 4; j++)
                    sums[i][j] = fmaf(a[i / 4][i % 4], b[j], sums[i][j]);
        }
    }

    /// Calls back with row, column and value of each sum.
    template <typename Take>
    DEVICE void each(Take take) const
    {
#pragma unroll
        for (int i = 0; i < 8; i++)
#pragma unroll
            for (int j = 0; j < 4; j++)
                take(row(i), column() + j, sums[i][j]);
    }
};

/// A thread's sums by tensor cores.
struct Tensor
{
    static constexpr int pitch = strip_depth / 2 + 4;
    using Strip = unsigned[tile_side * pitch];

    float sums[2][4][4] = {};

    template <typename Axis>
    static DEVICE void put(unsigned* strip, const Staged<Axis>& staged)
    {
        staged.each_pair([&](int line, int depth, float first, float second) { strip[line * pitch + depth / 2] = bf16_pair(first, second); });
    }

    static DEVICE int group() { return threadIdx.x % warp_size / 4; }
    static DEVICE int member() { return threadIdx.x % 4; }
    static DEVICE int first_row() { return threadIdx.x / warp_size % 2 * 32; }
    static DEVICE int first_column() { return threadIdx.x / warp_size / 2 * 32; }

    DEVICE void add(const unsigned* left, const unsigned* right)
    {
#pragma unroll
        for (int word = 0; word < strip_depth / 2; word += 8)
        {
            unsigned a[2][4], b[4][2];
#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int j = 0; j < 4; j++)
                    a[i][j] = left[(first_row() + 16 * i + 8 * (j % 2) + group()) * pitch + word + j / 2 * 4 + member()];
#pragma unroll
            for (int i = 0; i < 4; i++)
#pragma unroll
                for (int j = 0; j < 2; j++)
                    b[i][j] = right[(first_column() + 8 * i + group()) * pitch + word + 4 * j + member()];
#pragma unroll
            for (int i = 0; i < 2; i++)
#pragma unroll
                for (int j = 0; j < 4; j++)
                    multiply_add(sums[i][j], a[i], b[j]);
        }
    }

    template <typename Take>
    DEVICE void each(Take take) const
    {
#pragma unroll
        for (int i = 0; i < 2; i++)
#pragma unroll
            for (int j = 0; j < 4; j++)
#pragma unroll
                for (int part = 0; part < 4; part++)
                    take(first_row() + 16 * i + part / 2 * 8 + group(), first_column() + 8 * j + 2 * member() + part % 2, sums[i][j][part]);
    }
};

/// Adds a product of some depth to a tile. May be called again at once, for another pair of operands.
template <typename LeftAxis, typename RightAxis, typename Arithmetic, typename ReadLeft, typename ReadRight>
DEVICE void add_product(Arithmetic& tile, ReadLeft read_left, ReadRight read_right, int first_row, int first_column, int depth)
{
    __shared__ __align__(16) typename Arithmetic::Strip left, right;
    Staged<LeftAxis> rows;
    Staged<RightAxis> columns;
    rows.fetch(read_left, first_row, 0);
    columns.fetch(read_right, first_column, 0);
    for (int at = 0; at < depth; at += strip_depth)
    {
        __syncthreads();
        Arithmetic::put(left, rows);
        Arithmetic::put(right, columns);
        __syncthreads();
        if (at + strip_depth < depth)
        {
            rows.fetch(read_left, first_row, at + strip_depth);
            columns.fetch(read_right, first_column, at + strip_depth);
        }
        tile.add(left, right);
    }
}
