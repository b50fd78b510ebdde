// The driver itself and its devices.
#include <cstring>

#include "simulator/state.h"

using namespace simulator::driver;

namespace
{

struct Attribute
{
    CUdevice_attribute number;
    int value;
};

/// A small device of compute capability 9.0: the limits of an H100, a few of its multiprocessors.
constexpr Attribute attributes[] = {
    {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, 1024},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X, 1024},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y, 1024},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z, 64},
    {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X, 2147483647},
    {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y, 65535},
    {CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z, 65535},
    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK, 49152},
    {CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY, 65536},
    {CU_DEVICE_ATTRIBUTE_WARP_SIZE, 32},
    {CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK, 65536},
    {CU_DEVICE_ATTRIBUTE_CLOCK_RATE, 1980000},
    {CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, 4},
    {CU_DEVICE_ATTRIBUTE_INTEGRATED, 0},
    {CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY, 1},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_MODE, 0},
    {CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS, 1},
    {CU_DEVICE_ATTRIBUTE_ECC_ENABLED, 1},
    {CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE, 2619000},
    {CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH, 5120},
    {CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, 52428800},
    {CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR, 2048},
    {CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT, 3},
    {CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING, 1},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 9},
    {CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, 0},
    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, 233472},
    {CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR, 65536},
    {CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY, 0},
    {CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, 232448},
    {CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR, 32},
    {CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK, 1024},
    {CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED, 0},
};

/// A call about one device.
template <typename Body>
CUresult on_device(CUdevice device, const void* target, Body body)
{
    return initialised([&] {
        if (!target)
            return CUDA_ERROR_INVALID_VALUE;
        return device < 0 || device >= state().settings.device_count ? CUDA_ERROR_INVALID_DEVICE : body();
    });
}

}  // namespace

std::optional<int> simulator::driver::attribute_of(CUdevice_attribute number)
{
    const auto changed = state().settings.attributes.find(number);
    if (changed != state().settings.attributes.end())
        return changed->second;
    for (const Attribute& attribute : attributes)
        if (attribute.number == number)
            return attribute.value;
    return std::nullopt;
}

CUresult cuInit(unsigned flags)
{
    return locked([&] {
        if (flags != 0)
            return CUDA_ERROR_INVALID_VALUE;
        if (state().settings.device_count == 0)
            return CUDA_ERROR_NO_DEVICE;
        state().initialised = true;
        return CUDA_SUCCESS;
    });
}

CUresult cuDriverGetVersion(int* version)
{
    return locked([&] {
        if (!version)
            return CUDA_ERROR_INVALID_VALUE;
        *version = state().settings.driver_version;
        return CUDA_SUCCESS;
    });
}

CUresult cuDeviceGetCount(int* count)
{
    return initialised([&] {
        if (!count)
            return CUDA_ERROR_INVALID_VALUE;
        *count = state().settings.device_count;
        return CUDA_SUCCESS;
    });
}

CUresult cuDeviceGet(CUdevice* device, int ordinal)
{
    return on_device(ordinal, device, [&] {
        *device = ordinal;
        return CUDA_SUCCESS;
    });
}

CUresult cuDeviceGetName(char* name, int bytes, CUdevice device)
{
    return on_device(device, name, [&] {
        if (bytes <= 0)
            return CUDA_ERROR_INVALID_VALUE;
        strncpy(name, "Simulated GPU", bytes);
        name[bytes - 1] = '\0';
        return CUDA_SUCCESS;
    });
}

CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device)
{
    return on_device(device, bytes, [&] {
        *bytes = state().settings.total_memory;
        return CUDA_SUCCESS;
    });
}

CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, CUdevice device)
{
    return on_device(device, value, [&] {
        const std::optional<int> known = attribute_of(attribute);
        if (!known)
            return CUDA_ERROR_INVALID_VALUE;
        *value = *known;
        return CUDA_SUCCESS;
    });
}
