// grid.cuh: where a thread stands in a one-dimensional grid. Grids are one-dimensional throughout: the second and third
// axes end at 65,535 blocks, the first at 2^31 - 1; positions are 64-bit.
#pragma once

#include "common/device.cuh"

DEVICE long long grid_thread() { return static_cast<long long>(blockIdx.x) * blockDim.x + threadIdx.x; }

DEVICE long long grid_threads() { return static_cast<long long>(gridDim.x) * blockDim.x; }
