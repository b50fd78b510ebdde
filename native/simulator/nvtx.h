// nvtx.h: the calls of NVTX that the host makes, under the names that NVIDIA's shared library exports.
#pragma once

#pragma GCC visibility push(default)
extern "C"
{
    /// Begins a range of the calling thread. Its depth, from 0; negative where there is nothing to show.
    int nvtxRangePushA(const char* message);

    /// Ends the thread's innermost range. Its depth; negative where the thread has none open.
    int nvtxRangePop();
}
#pragma GCC visibility pop
