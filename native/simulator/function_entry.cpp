// What a host may ask of a kernel, and allow it.
#include <algorithm>

#include "simulator/state.h"

using namespace simulator::driver;

namespace
{

template <typename Body>
CUresult on_function(CUfunction handle, Body body)
{
    return in_context([&](Context&) {
        Function* const function = state().functions.find(handle);
        return function ? body(*function) : CUDA_ERROR_INVALID_HANDLE;
    });
}

/// How many blocks a multiprocessor holds, by threads, by shared memory and by its own limit. Registers and static shared
/// memory are not known here, so that a real device may hold fewer.
int resident_blocks(const Function& function, int block_size, size_t dynamic_shared_bytes)
{
    if (block_size > function.kernel->max_threads || dynamic_shared_bytes > static_cast<size_t>(function.max_dynamic_shared))
        return 0;
    const int warp = *attribute_of(CU_DEVICE_ATTRIBUTE_WARP_SIZE);
    const int by_threads = *attribute_of(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR) / ((block_size + warp - 1) / warp * warp);
    const int shared = static_cast<int>(dynamic_shared_bytes) + *attribute_of(CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK);
    const int by_shared = *attribute_of(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR) / shared;
    return std::min({by_threads, by_shared, *attribute_of(CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR)});
}

}  // namespace

CUresult cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction handle)
{
    return on_function(handle, [&](const Function& function) {
        if (!value || attribute < CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK || attribute > CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT)
            return CUDA_ERROR_INVALID_VALUE;
        switch (attribute)
        {
            case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK: *value = function.kernel->max_threads; break;
            case CU_FUNC_ATTRIBUTE_NUM_REGS: *value = 32; break;
            case CU_FUNC_ATTRIBUTE_PTX_VERSION: *value = 80; break;
            case CU_FUNC_ATTRIBUTE_BINARY_VERSION: *value = 90; break;
            case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES: *value = function.max_dynamic_shared; break;
            case CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT: *value = -1; break;
            default: *value = 0; break;
        }
        return CUDA_SUCCESS;
    });
}

CUresult cuFuncSetAttribute(CUfunction handle, CUfunction_attribute attribute, int value)
{
    return on_function(handle, [&](Function& function) {
        if (attribute == CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT)
            return value >= -1 && value <= 100 ? CUDA_SUCCESS : CUDA_ERROR_INVALID_VALUE;
        if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES || value < 0 || value > *attribute_of(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN))
            return CUDA_ERROR_INVALID_VALUE;
        function.max_dynamic_shared = value;
        return CUDA_SUCCESS;
    });
}

/// A kernel takes one parameter, its struct.
CUresult cuFuncGetParamInfo(CUfunction handle, size_t index, size_t* offset, size_t* bytes)
{
    return on_function(handle, [&](const Function& function) {
        if (!offset || index != 0 || function.kernel->param_bytes == 0)
            return CUDA_ERROR_INVALID_VALUE;
        *offset = 0;
        if (bytes)
            *bytes = function.kernel->param_bytes;
        return CUDA_SUCCESS;
    });
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction handle, int block_size, size_t dynamic_shared_bytes)
{
    return on_function(handle, [&](const Function& function) {
        if (!blocks || block_size <= 0)
            return CUDA_ERROR_INVALID_VALUE;
        *blocks = resident_blocks(function, block_size, dynamic_shared_bytes);
        return CUDA_SUCCESS;
    });
}
