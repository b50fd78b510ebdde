// planted.cuh: the parameters of every planted fault: one value for each thread of one block.
#pragma once

#include "common/types.cuh"

namespace
{

struct Planted
{
    const float* x;
    float* y;
};
FIELDS(Planted, x, y)

}  // namespace
