// NVTX's ranges, as a profiler that listens sees them: each thread opens and closes its own, one inside another.
#include "simulator/nvtx.h"

#include "simulator/state.h"

using namespace simulator::driver;

namespace
{

thread_local int open_ranges = 0;

}  // namespace

int nvtxRangePushA(const char* message)
{
    if (!message)
        return -1;
    locked([] {
        state().counters.ranges_begun++;
        return CUDA_SUCCESS;
    });
    return open_ranges++;
}

int nvtxRangePop()
{
    const bool matched = open_ranges > 0;
    locked([&] {
        (matched ? state().counters.ranges_ended : state().counters.ranges_unmatched)++;
        return CUDA_SUCCESS;
    });
    return matched ? --open_ranges : -1;
}
