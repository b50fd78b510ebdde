// fault.cuh: how a kernel tells the host of bad data that only it can see, such as a label out of place.
//
// `fault` points to four ints in host memory that the device can reach: code (0 while all is well), row in two halves
// (low, high), value. The first report wins; the host looks at its next wait, throws, and clears the code. A kernel goes
// on after a report, with whatever result keeps it inside its memory.
#pragma once

#include "common/device.cuh"

/// What can be wrong; the host's KernelFault has the words.
enum Fault
{
    contrastive_label = 1,     // none of -1, 0, 1 and 2
    contrastive_order = 2,     // before the first query
    triplet_label = 3,         // none of -1, 0, 1 and 2
    triplet_positive = 4,      // does not follow its query
    triplet_negative = 5,      // no query with its positive before it
    gather_row = 6,            // past the last row
    scatter_row = 7,           // past the last row
    center_label = 8,          // past the last class
    entropy_label = 9,         // past the last class
    margin_row = 10,           // past the last row
};

DEVICE void report(int* fault, Fault code, long long row, int value)
{
    if (atomicCAS(fault, 0, static_cast<int>(code)) != 0)
        return;
    fault[1] = static_cast<int>(row);
    fault[2] = static_cast<int>(row >> 32);
    fault[3] = value;
    __threadfence();
}
