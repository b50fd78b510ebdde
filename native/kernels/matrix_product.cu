// matrix_product.cu: the dense product in f32, C = op(A) op(B) + bias, or C += op(A) op(B).
//   c[i,j] = sum_k a[i,k] b[k,j] (+ bias[j]) (+ c[i,j])
// a [rows, depth], or [depth, rows] if transposed; b [depth, columns], or [columns, depth]; bias [columns] or none;
// c: rows of `columns` values, c_stride apart. All f32, any extents.
// A block makes one tile of C. Its strips of A and B go through shared memory 8 or 16 deep, double-buffered by way of registers:
// while one is multiplied, the loads of the next are under way. A thread's tile lies in registers in pieces of 4 x 4, so that
// all shared reads are 16 bytes wide and free of conflicts.
//   wide: 128 x 128 by 256 threads, 8 x 8 each          slim, for few rows: 32 x 128 by 128 threads, 8 x 4 each
// Where C has few tiles, the depth is cut in parts of `part_depth`: part p writes its sums to c + p part_stride, and
// matrix_product_join adds the parts, bias and C.
// Whitening with L2 is this product with a bias (Linear) and then l2_normalize.cu in place: a norm needs the tiles of a whole
// row, and that pass moves 8 bytes an element for which the product does 2 depth operations (2,048 deep: a thirtieth of the time).
// launch: one block a tile and part; tiles of a column of C follow each other, so that B is read from memory about once.
//   x4: 16-byte loads and stores; all addresses aligned, the contiguous extents of A, B and C and c_stride divide by 4
// moves: 2 rows columns depth operations; each operand's bytes once a tile strip: bound by arithmetic above about 32 rows. The
//   floor of 4,096^3 is 2.1 ms at the H200's 67 TFLOP/s (datasheet, no tensor cores); of 32 queries x 1 M rows x 2,048:
//   8.2 GB, 1.9 ms at 4.3 TB/s (1.7 at 4.8) of memory and 2.0 ms of arithmetic
// deterministic: each sum runs over k in rising order, whatever the tile and wherever it lies; the parts of a cut depth, which
//   follow from the shape alone, meet in order
#include "common/grid.cuh"
#include "common/types.cuh"

namespace
{

constexpr int join_threads = 256;

/// Floats from a line of a strip in shared memory to the next: 16 bytes more than it holds, so that lines begin in different banks.
constexpr int pitch_of(int length) { return length + 4; }

struct MatrixProduct
{
    const float* a;
    const float* b;
    const float* bias;  // null: none
    float* c;
    long long c_stride;
    long long part_stride;
    int rows;
    int columns;
    int depth;
    int part_depth;
    int transpose_a;
    int transpose_b;
    int accumulate;
};
FIELDS(MatrixProduct, a, b, bias, c, c_stride, part_stride, rows, columns, depth, part_depth, transpose_a, transpose_b, accumulate)

struct MatrixProductJoin
{
    const float* parts;  // [count, rows, columns]
    const float* bias;   // null: none
    float* c;            // [rows, columns]
    long long length;    // rows * columns
    int count;
    int columns;
    int accumulate;
};
FIELDS(MatrixProductJoin, parts, bias, c, length, count, columns, accumulate)

/// A block's tile, how deep its strips are, and how its threads share it: warps of 4 x 8 threads, WarpRows of them below each other.
template <int Threads, int Rows, int Columns, int Depth, int WarpRows>
struct Tiling
{
    static constexpr int threads = Threads;
    static constexpr int rows = Rows;
    static constexpr int columns = Columns;
    static constexpr int depth = Depth;
    static constexpr int thread_rows = 4 * WarpRows;
    static constexpr int thread_columns = Threads / thread_rows;
    static constexpr int row_groups = Rows / thread_rows / 4;
    static constexpr int column_groups = Columns / thread_columns / 4;
    static constexpr int row_pitch = pitch_of(Rows);
    static constexpr int column_pitch = pitch_of(Columns);
    static constexpr int left_length = Depth * row_pitch;
    static constexpr int right_length = Depth * column_pitch;
};

using Wide = Tiling<256, 128, 128, 8, 4>;
using Slim = Tiling<128, 32, 128, 16, 1>;

/// One operand's lines (rows of A, columns of B) of one tile on their way from memory to shared memory, `Depth` at a time.
/// A thread takes pieces of 4: along the depth where that is contiguous, else along the lines.
template <int N, int Lines, int Depth, int Threads>
struct Strip
{
    static constexpr int steps = Lines * Depth / 4 / Threads;
    static constexpr int pitch = pitch_of(Lines);
    static_assert(steps * Threads * 4 == Lines * Depth, "every thread takes as many pieces");

    const float* from;     // this thread's first piece of the next strip
    long long from_step;   // from a piece to the thread's next one
    long long from_strip;  // from a strip to the next
    int lines_left;        // from this thread's first piece on
    int depth_left;
    int depth_inner;
    float staged[steps][4];

    /// Begins at depth `first` of a matrix [lines, whole_depth] if depth_is_inner, else [whole_depth, lines].
    DEVICE Strip(const float* matrix, int depth_is_inner, long long first_line, int lines, int first, int end, int whole_depth)
    {
        depth_inner = depth_is_inner;
        const long long row_length = depth_inner ? whole_depth : lines;
        const long long line = first_line + (depth_inner ? outer() : inner());
        const int depth = first + (depth_inner ? inner() : outer());
        lines_left = static_cast<int>(max(lines - line, 0LL));
        depth_left = end - depth;
        from = matrix + (depth_inner ? line * row_length + depth : depth * row_length + line);
        from_step = Threads / across() * row_length;
        from_strip = depth_inner ? Depth : Depth * row_length;
    }

    /// Pieces side by side along the contiguous axis, and where this thread's first piece lies on the two axes.
    DEVICE int across() const { return depth_inner ? Depth / 4 : Lines / 4; }
    DEVICE int outer() const { return static_cast<int>(threadIdx.x) / across(); }
    DEVICE int inner() const { return static_cast<int>(threadIdx.x) % across() * 4; }

    /// Reads the next strip into registers; what does not exist is 0.
    DEVICE void fetch()
    {
#pragma unroll
        for (int step = 0; step < steps; step++)
        {
            const int down = step * (Threads / across());
            const int outer_left = (depth_inner ? lines_left : depth_left) - down, inner_left = depth_inner ? depth_left : lines_left;
            const int present = outer_left > 0 ? inner_left : 0;
#pragma unroll
            for (int i = 0; i < 4; i += N)
            {
                Floats<N> values = {};
                if (i < present)
                    values = load<N>(from + step * from_step + i);
#pragma unroll
                for (int j = 0; j < N; j++)
                    staged[step][i + j] = values[j];
            }
        }
        from += from_strip;
        depth_left -= Depth;
    }

    /// Writes the registers to shared memory as [Depth][pitch].
    DEVICE void put(float* shared) const
    {
#pragma unroll
        for (int step = 0; step < steps; step++)
        {
            const int at = outer() + step * (Threads / across());
            if (depth_inner)
            {
#pragma unroll
                for (int i = 0; i < 4; i++)
                    shared[(inner() + i) * pitch + at] = staged[step][i];
            }
            else
                store<4>(shared + at * pitch + inner(), {staged[step][0], staged[step][1], staged[step][2], staged[step][3]});
        }
    }
};

/// A thread's part of the tile: group g of its rows begins at g * 4 * thread_rows + 4 * row, columns alike.
template <typename Tile>
struct Sums
{
    float value[4 * Tile::row_groups][4 * Tile::column_groups];

    DEVICE void add_strip(const float* a, const float* b, int row, int column)
    {
#pragma unroll
        for (int k = 0; k < Tile::depth; k++)
        {
            Floats<4> left[Tile::row_groups], right[Tile::column_groups];
#pragma unroll
            for (int g = 0; g < Tile::row_groups; g++)
                left[g] = load<4>(a + k * Tile::row_pitch + 4 * (g * Tile::thread_rows + row));
#pragma unroll
            for (int g = 0; g < Tile::column_groups; g++)
                right[g] = load<4>(b + k * Tile::column_pitch + 4 * (g * Tile::thread_columns + column));
#pragma unroll
            for (int i = 0; i < 4 * Tile::row_groups; i++)
#pragma unroll
                for (int j = 0; j < 4 * Tile::column_groups; j++)
                    value[i][j] = fmaf(left[i / 4][i % 4], right[j / 4][j % 4], value[i][j]);
        }
    }
};

/// Writes N neighbouring sums of a row, with what is added to them.
template <int N>
DEVICE void write(const MatrixProduct& args, long long row, int column, const float* sums, float* c)
{
    Floats<N> values;
#pragma unroll
    for (int j = 0; j < N; j++)
        values[j] = sums[j] + (args.bias ? args.bias[column + j] : 0.0f);
    float* target = c + row * args.c_stride + column;
    if (args.accumulate)
    {
        const Floats<N> before = load<N>(target);
#pragma unroll
        for (int j = 0; j < N; j++)
            values[j] += before[j];
    }
    store<N>(target, values);
}

/// Writes a thread's part of the tile, of which (row, column) is the first element.
template <typename Tile, int N>
DEVICE void write_tile(const MatrixProduct& args, long long row, long long column, const Sums<Tile>& sums, float* c)
{
#pragma unroll
    for (int i = 0; i < 4 * Tile::row_groups; i++)
    {
        const long long at_row = row + 4 * (i / 4 * Tile::thread_rows) + i % 4;
#pragma unroll
        for (int j = 0; j < 4 * Tile::column_groups; j += N)
        {
            const long long at_column = column + 4 * (j / 4 * Tile::thread_columns) + j % 4;
            if (at_row < args.rows && at_column < args.columns)
                write<N>(args, at_row, static_cast<int>(at_column), sums.value[i] + j, c);
        }
    }
}

template <typename Tile, int N>
DEVICE void product(const MatrixProduct& args)
{
    __shared__ __align__(16) float left[2 * Tile::left_length];
    __shared__ __align__(16) float right[2 * Tile::right_length];
    const long long row_tiles = (args.rows + Tile::rows - 1LL) / Tile::rows, column_tiles = (args.columns + Tile::columns - 1LL) / Tile::columns;
    const long long tile = blockIdx.x % (row_tiles * column_tiles), part = blockIdx.x / (row_tiles * column_tiles);
    const long long first_row = tile % row_tiles * Tile::rows, first_column = tile / row_tiles * Tile::columns;
    const int first_depth = static_cast<int>(part * args.part_depth), depth_end = first_depth + min(args.depth - first_depth, args.part_depth);
    Strip<N, Tile::rows, Tile::depth, Tile::threads> a(args.a, !args.transpose_a, first_row, args.rows, first_depth, depth_end, args.depth);
    Strip<N, Tile::columns, Tile::depth, Tile::threads> b(args.b, args.transpose_b, first_column, args.columns, first_depth, depth_end, args.depth);

    const int lane = threadIdx.x % warp_size, warp = threadIdx.x / warp_size;
    const int row = warp % (Tile::thread_rows / 4) * 4 + lane / 8, column = warp / (Tile::thread_rows / 4) * 8 + lane % 8;
    Sums<Tile> sums = {};
    int buffer = 0;
    a.fetch();
    b.fetch();
    a.put(left);
    b.put(right);
    __syncthreads();
    for (int depth = first_depth; depth < depth_end; depth += Tile::depth)
    {
        const bool more = depth + Tile::depth < depth_end;
        if (more)
        {
            a.fetch();
            b.fetch();
        }
        sums.add_strip(left + buffer * Tile::left_length, right + buffer * Tile::right_length, row, column);
        buffer ^= 1;
        if (more)
        {
            a.put(left + buffer * Tile::left_length);
            b.put(right + buffer * Tile::right_length);
        }
        __syncthreads();
    }

    write_tile<Tile, N>(args, first_row + 4 * row, first_column + 4 * column, sums, args.c + part * args.part_stride);
}

DEVICE void join(const MatrixProductJoin& args)
{
    for (long long i = grid_thread(); i < args.length; i += grid_threads())
    {
        float sum = args.bias ? args.bias[i % args.columns] : 0.0f;
        for (int part = 0; part < args.count; part++)
            sum += args.parts[part * args.length + i];
        args.c[i] = args.accumulate ? args.c[i] + sum : sum;
    }
}

}  // namespace

KERNEL_RESIDENT(matrix_product_wide_f32, MatrixProduct, Wide::threads, 2) { product<Wide, 1>(args); }
KERNEL_RESIDENT(matrix_product_wide_f32x4, MatrixProduct, Wide::threads, 2) { product<Wide, 4>(args); }
KERNEL_RESIDENT(matrix_product_slim_f32, MatrixProduct, Slim::threads, 5) { product<Slim, 1>(args); }
KERNEL_RESIDENT(matrix_product_slim_f32x4, MatrixProduct, Slim::threads, 5) { product<Slim, 4>(args); }
KERNEL(matrix_product_join, MatrixProductJoin, join_threads) { join(args); }
