// netvlad_product.cu: NetVLAD's products of a map [N, L, C] with a few rows, image by image.
//   logits      y[n,i,k] = sum_c x[n,i,c] r[k,c]                      r: W, or dV of each image
//   aggregate   y[n,k,c] = sum_i a[n,i,k] s[n,i] x[n,i,c]             a: the soft assignment, or the logits' gradient
//   map         dx[n,i,c] = s (sum_k a[n,i,k] dV[n,k,c] + dz[n,i,k] W[k,c]) - s^2 t x[n,i,c],  s = s[n,i], t = t[n,i]
// x, dx f32 or bf16, all else f32; s 1 where there are no scales; t = (x s) . (the sum), which the normalisation of the location takes off.
// f32, f32x4, bf16: sums by plain multiplications in f32. bf16x8: by tensor cores, all factors rounded to bf16, sums in f32.
// The residuals x - c of single locations are never formed: sum_i a (x - c) = sum_i a x - (sum_i a) c.
// launch: 128 threads; a block a tile of 64 x 64 of an image's result, tiles of a row side by side; any extents.
//   x4, x8: x and dx aligned to 16 bytes and C a multiple of the pack. aligned: whether rows of a or r may be read 16 bytes at a time
// moves: the map once each if K and C fit into one tile's side, else once a tile; 2 N L K C operations each (map: twice). [32,40,30,512] bf16
//   with K = 64: 39 MB, 9 us at 4.3 TB/s, and 2.5 GFLOP, 3 us at 989 TFLOP/s of a H100's tensor cores (datasheet): bound by memory.
//   In f32: 79 MB, 18 us, and 38 us at 67 TFLOP/s: bound by arithmetic
// deterministic: sums in rising order of the depth, one block a sum
#include "common/tile_product.cuh"

namespace
{

struct NetVladLogits
{
    const void* x;
    const float* rows;      // [K, C]
    float* y;               // [N, L, K]
    long long rows_stride;  // from an image's rows to the next one's; 0: the same for all
    int positions, channels, clusters;
    int aligned;
};
FIELDS(NetVladLogits, x, rows, y, rows_stride, positions, channels, clusters, aligned)

struct NetVladAggregate
{
    const float* a;       // [N, L, all]
    const float* scales;  // [N, L], or null
    const void* x;
    float* y;  // [N, clusters, C]
    int positions, channels, clusters, all;
    int aligned;
};
FIELDS(NetVladAggregate, a, scales, x, y, positions, channels, clusters, all, aligned)

struct NetVladMap
{
    const float* a;       // [N, L, K]
    const float* dz;      // [N, L, K]
    const float* dv;      // [N, K, C]
    const float* w;       // [K, C]
    const float* scales;  // [N, L], or null
    const float* along;   // t [N, L], or null
    const void* x;
    void* dx;
    int positions, channels, clusters;
    int aligned_clusters, aligned_channels;
};
FIELDS(NetVladMap, a, dz, dv, w, scales, along, x, dx, positions, channels, clusters, aligned_clusters, aligned_channels)

/// The block's tile: its image, first row and first column.
struct TilePlace
{
    long long image;
    int row, column;

    DEVICE TilePlace(int rows, int columns)
    {
        const long long across = (columns + tile_side - 1LL) / tile_side, down = (rows + tile_side - 1LL) / tile_side, tile = blockIdx.x;
        image = tile / (across * down);
        row = static_cast<int>(tile / across % down) * tile_side;
        column = static_cast<int>(tile % across) * tile_side;
    }
};

/// 8 neighbours of a row of a matrix [rows, columns]; zeros outside.
template <typename Read>
DEVICE Floats<piece_length> inside(int row, int column, int rows, int columns, Read read)
{
    return row < rows && column < columns ? read(static_cast<long long>(row) * columns + column, columns - column) : Floats<piece_length>{};
}

template <typename T, int N, typename Arithmetic>
DEVICE void logits(const NetVladLogits& args)
{
    const TilePlace place(args.positions, args.clusters);
    const T* x = static_cast<const T*>(args.x) + place.image * args.positions * args.channels;
    const float* rows = args.rows + place.image * args.rows_stride;
    Arithmetic tile;
    add_product<AlongDepth, AlongDepth>(
        tile,
        [&](int i, int c) { return inside(i, c, args.positions, args.channels, [&](long long at, int present) { return read_piece<N>(x + at, present); }); },
        [&](int k, int c) { return inside(k, c, args.clusters, args.channels, [&](long long at, int present) { return read_piece(rows + at, present, args.aligned); }); },
        place.row, place.column, args.channels);
    float* y = args.y + place.image * args.positions * args.clusters;
    tile.each([&](int row, int column, float sum) {
        if (place.row + row < args.positions && place.column + column < args.clusters)
            y[static_cast<long long>(place.row + row) * args.clusters + place.column + column] = sum;
    });
}

template <typename T, int N, typename Arithmetic>
DEVICE void aggregate(const NetVladAggregate& args)
{
    const TilePlace place(args.clusters, args.channels);
    const T* x = static_cast<const T*>(args.x) + place.image * args.positions * args.channels;
    const float* a = args.a + place.image * args.positions * args.all;
    const float* scales = args.scales ? args.scales + place.image * args.positions : nullptr;
    Arithmetic tile;
    add_product<AlongLines, AlongLines>(
        tile,
        [&](int k, int i) {
            Floats<piece_length> piece = inside(i, k, args.positions, args.all, [&](long long at, int present) { return read_piece(a + at, present, args.aligned); });
            const float scale = scales && i < args.positions ? scales[i] : 1.0f;
#pragma unroll
            for (int j = 0; j < piece_length; j++)
                piece[j] *= scale;
            return piece;
        },
        [&](int c, int i) { return inside(i, c, args.positions, args.channels, [&](long long at, int present) { return read_piece<N>(x + at, present); }); },
        place.row, place.column, args.positions);
    float* y = args.y + place.image * args.clusters * args.channels;
    tile.each([&](int row, int column, float sum) {
        if (place.row + row < args.clusters && place.column + column < args.channels)
            y[static_cast<long long>(place.row + row) * args.channels + place.column + column] = sum;
    });
}

/// Adds a [L, K] times r [K, C].
template <typename Arithmetic>
DEVICE void add_rows(Arithmetic& tile, const NetVladMap& args, const TilePlace& place, const float* a, const float* r)
{
    add_product<AlongDepth, AlongLines>(
        tile,
        [&](int i, int k) { return inside(i, k, args.positions, args.clusters, [&](long long at, int present) { return read_piece(a + at, present, args.aligned_clusters); }); },
        [&](int c, int k) { return inside(k, c, args.clusters, args.channels, [&](long long at, int present) { return read_piece(r + at, present, args.aligned_channels); }); },
        place.row, place.column, args.clusters);
}

template <typename T, typename Arithmetic>
DEVICE void map_gradient(const NetVladMap& args)
{
    const TilePlace place(args.positions, args.channels);
    const long long first = place.image * args.positions;
    Arithmetic tile;
    add_rows(tile, args, place, args.a + first * args.clusters, args.dv + place.image * args.clusters * args.channels);
    add_rows(tile, args, place, args.dz + first * args.clusters, args.w);
    tile.each([&](int row, int column, float sum) {
        const long long position = first + place.row + row;
        if (place.row + row >= args.positions || place.column + column >= args.channels)
            return;
        const long long at = position * args.channels + place.column + column;
        if (args.scales)
        {
            const float scale = args.scales[position];
            sum = scale * (sum - scale * args.along[position] * to_float(static_cast<const T*>(args.x)[at]));
        }
        from_float(sum, static_cast<T*>(args.dx)[at]);
    });
}

}  // namespace

KERNEL(netvlad_logits_f32, NetVladLogits, product_threads) { logits<float, 1, Plain>(args); }
KERNEL(netvlad_logits_f32x4, NetVladLogits, product_threads) { logits<float, 4, Plain>(args); }
KERNEL(netvlad_logits_bf16, NetVladLogits, product_threads) { logits<bf16, 1, Plain>(args); }
KERNEL(netvlad_logits_bf16x8, NetVladLogits, product_threads) { logits<bf16, 8, Tensor>(args); }

KERNEL(netvlad_aggregate_f32, NetVladAggregate, product_threads) { aggregate<float, 1, Plain>(args); }
KERNEL(netvlad_aggregate_f32x4, NetVladAggregate, product_threads) { aggregate<float, 4, Plain>(args); }
KERNEL(netvlad_aggregate_bf16, NetVladAggregate, product_threads) { aggregate<bf16, 1, Plain>(args); }
KERNEL(netvlad_aggregate_bf16x8, NetVladAggregate, product_threads) { aggregate<bf16, 8, Tensor>(args); }

KERNEL(netvlad_map_f32, NetVladMap, product_threads) { map_gradient<float, Plain>(args); }
KERNEL(netvlad_map_bf16, NetVladMap, product_threads) { map_gradient<bf16, Plain>(args); }
KERNEL(netvlad_map_bf16x8, NetVladMap, product_threads) { map_gradient<bf16, Tensor>(args); }
