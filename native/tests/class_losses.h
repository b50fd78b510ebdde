// class_losses.h: what the tests of losses over classes (common/class_rows.cuh) share.
#pragma once

#include "common/fault.cuh"
#include "tests/kernel_test.h"

/// Adds up the losses of rows and gives the loss, which was 1 before, and how many came out first.
inline std::vector<float> class_total(const char* kernel, const Buffer<int>& labels, const int* real, const Buffer<float>& losses, const int* firsts, int classes)
{
    const Buffer<float> loss(1, 1.0f);
    const Buffer<int> correct(1);
    launch(kernel, 1, 256, 0,
           {{"labels", labels}, {"real", real}, {"losses", losses}, {"firsts", firsts}, {"loss", loss}, {"correct", firsts ? correct.data() : nullptr}, {"rows", labels.count()},
            {"classes", classes}, {"weight", 2.0f}});
    return {loss[0], firsts ? static_cast<float>(correct[0]) : 0.0f};
}
