// regions.h: what the tests of kernels that pool regions of maps (common/regions.cuh) share.
#pragma once

#include "common/regions.cuh"
#include "tests/kernel_test.h"

/// A map [images, height, width, channels], its regions, and how they are launched.
struct RegionCase
{
    int images, height, width, channels, lanes, threads;
    std::vector<Region> regions;

    int region_count() const { return static_cast<int>(regions.size()); }
    long long positions() const { return 1ll * height * width; }
    long long count() const { return images * positions() * channels; }
    long long rows() const { return 1ll * images * region_count(); }
    long long pooled() const { return rows() * channels; }
    long long masks() const { return rows() * positions(); }
    long long blocks(long long results, int n) const { return results * ((channels + lanes * n - 1) / (lanes * n)); }

    /// Where a row's image has a position's channel.
    long long at(long long row, int position, int channel) const { return (row % images * positions() + position) * channels + channel; }

    /// The regions as kernels read them.
    Buffer<int> table() const
    {
        std::vector<int> values;
        for (const Region& region : regions)
            values.insert(values.end(), {region.row, region.column, region.height, region.width});
        return Buffer<int>(values);
    }

    /// Calls back for each position of a region, in the map's order.
    template <typename Take>
    void each(const Region& region, Take take) const
    {
        for (int position = 0; position < positions(); position++)
            if (region.holds(position / width, position % width))
                take(position);
    }
};

/// One position; regions that overlap, one of a single position; whole and ragged blocks of packs of N; more positions than
/// a block reads at once.
inline std::vector<RegionCase> region_cases(int n)
{
    return {
        {1, 1, 1, n, 1, 32, {{0, 0, 1, 1}}},
        {2, 4, 5, 5 * n, 4, 64, {{0, 0, 4, 5}, {1, 1, 3, 3}, {3, 4, 1, 1}}},
        {2, 3, 3, 17 * n, 16, 128, {{0, 1, 3, 2}, {2, 0, 1, 3}}},
        {1, 11, 13, 2 * n, 2, 64, {{0, 0, 11, 13}, {5, 2, 6, 11}}},
    };
}
