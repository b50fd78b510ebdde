// regions.cuh: rectangles of a map [N, H, W, C], pooled as pooling.cuh pools whole maps: a block takes a few packs of channels
// of one region of one image. Rows of results are numbered region * images + image.
#pragma once

#include "common/pooling.cuh"

struct Region
{
    int row, column, height, width;

    DEVICE bool holds(int y, int x) const { return y >= row && y < row + height && x >= column && x < column + width; }

    DEVICE int positions() const { return height * width; }
};

/// The size of a map, and its regions: rows of four in device memory, or null for the map itself.
struct RegionMap
{
    const int* regions;
    int count, images, height, width;

    DEVICE Region region(int index) const
    {
        if (!regions)
            return {0, 0, height, width};
        const int* row = regions + 4 * index;
        return {row[0], row[1], row[2], row[3]};
    }

    DEVICE int positions() const { return height * width; }
};

/// Where a thread stands in a region; positions are counted within it.
template <int N>
struct RegionPlace : PoolPlace<N>
{
    Region region;
    int map_width;
    long long mask;  // index of the image's first position in masks [R, N, H, W]

    DEVICE RegionPlace(const RegionMap& map, int all_channels, int block_lanes) : PoolPlace<N>(0, all_channels, block_lanes), map_width(map.width)
    {
        const long long row = (this->pooled - this->channel) / all_channels, image = row % map.images;
        region = map.region(static_cast<int>(row / map.images));
        this->positions = this->channel < all_channels ? region.positions() : 0;
        this->map = image * map.positions() * all_channels + this->channel;
        mask = row * map.positions();
    }

    /// A position of the region as one of the map.
    DEVICE int in_map(int position) const { return (region.row + position / region.width) * map_width + region.column + position % region.width; }
};

/// Hands each of the thread's positions to take(position in the map, values), in ascending order; a few reads are under way
/// at a time.
template <int N, typename T, typename Take>
DEVICE void each_region_position(const RegionPlace<N>& place, const T* map, Take take)
{
    constexpr int at_once = 4;
    for (int first = place.group; first < place.positions; first += at_once * place.groups)
    {
        Pack<T, N> batch[at_once];
        int positions[at_once];
#pragma unroll
        for (int i = 0; i < at_once; i++)
        {
            const int position = first + i * place.groups;
            positions[i] = position < place.positions ? place.in_map(position) : -1;
            if (positions[i] >= 0)
                batch[i].read(map + place.map + static_cast<long long>(positions[i]) * place.channels);
        }
#pragma unroll
        for (int i = 0; i < at_once; i++)
            if (positions[i] >= 0)
                take(positions[i], unpack(batch[i]));
    }
}
