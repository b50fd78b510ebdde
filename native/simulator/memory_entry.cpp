// Device memory and pinned memory.
#include "simulator/capture.h"
#include "simulator/memory.h"
#include "simulator/order.h"

using namespace simulator::driver;
using simulator::Space;

namespace
{

void* pointer(CUdeviceptr address) { return reinterpret_cast<void*>(address); }

/// What the device has left for this process.
size_t free_bytes_of(const Context& context)
{
    const size_t total = state().settings.total_memory, used = context.used_bytes + state().settings.others_memory;
    return total > used ? total - used : 0;
}

}  // namespace

CUresult cuMemGetInfo_v2(size_t* free_bytes, size_t* total_bytes)
{
    return in_context([&](Context& context) {
        if (!free_bytes || !total_bytes)
            return CUDA_ERROR_INVALID_VALUE;
        *free_bytes = free_bytes_of(context);
        *total_bytes = state().settings.total_memory;
        return CUDA_SUCCESS;
    });
}

CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes)
{
    return in_context([&](Context& context) {
        if (!address || bytes == 0)
            return CUDA_ERROR_INVALID_VALUE;
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        void* const memory = bytes <= free_bytes_of(context) ? simulator::allocate(bytes, Space::device, context.number) : nullptr;
        if (!memory)
            return CUDA_ERROR_OUT_OF_MEMORY;
        context.used_bytes += bytes;
        state().counters.allocations++;
        *address = reinterpret_cast<CUdeviceptr>(memory);
        return CUDA_SUCCESS;
    });
}

/// Waits for all work, as the driver does for memory that is not allocated in stream order.
CUresult cuMemFree_v2(CUdeviceptr address)
{
    return in_context([&](Context& context) {
        const std::optional<simulator::Allocation> found = simulator::find(pointer(address));
        if (!found || !found->live || found->address != pointer(address) || found->space != Space::device || found->owner != context.number)
            return CUDA_ERROR_INVALID_VALUE;
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        const CUresult result = finish_all(context);
        simulator::free(found->address, Space::device);
        context.used_bytes -= found->bytes;
        state().counters.frees++;
        return result;
    });
}

CUresult cuMemHostAlloc(void** address, size_t bytes, unsigned flags)
{
    return in_context([&](Context& context) {
        constexpr unsigned known = CU_MEMHOSTALLOC_PORTABLE | CU_MEMHOSTALLOC_DEVICEMAP | CU_MEMHOSTALLOC_WRITECOMBINED;
        if (!address || bytes == 0 || (flags & ~known) != 0)
            return CUDA_ERROR_INVALID_VALUE;
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        void* const memory = simulator::allocate(bytes, Space::pinned, context.number);
        if (!memory)
            return CUDA_ERROR_OUT_OF_MEMORY;
        state().counters.pinned_allocations++;
        *address = memory;
        return CUDA_SUCCESS;
    });
}

/// Does not wait: nothing says that the driver does, and what still uses the memory is a fault of the host.
CUresult cuMemFreeHost(void* address)
{
    return in_context([&](Context&) {
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        if (!simulator::free(address, Space::pinned))
            return CUDA_ERROR_INVALID_VALUE;
        state().counters.frees++;
        return CUDA_SUCCESS;
    });
}

CUresult cuMemHostGetDevicePointer_v2(CUdeviceptr* device_address, void* host_address, unsigned flags)
{
    return in_context([&](Context&) {
        const std::optional<simulator::Allocation> found = simulator::find(host_address);
        if (!device_address || flags != 0 || !found || !found->live || found->space != Space::pinned)
            return CUDA_ERROR_INVALID_VALUE;
        *device_address = reinterpret_cast<CUdeviceptr>(host_address);
        return CUDA_SUCCESS;
    });
}
