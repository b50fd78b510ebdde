// The driver itself, its devices and their contexts.
#include <cstring>

#include "tests/driver_session.h"

using namespace driver_tests;

TEST(asks_for_cuInit_first)
{
    // The order of tests is not fixed: whether cuInit was called is the process's, and so only its refusals are tested.
    simulator_reset();
    CHECK_EQUAL(cuInit(1), CUDA_ERROR_INVALID_VALUE);
    simulator_set_device_count(0);
    CHECK_EQUAL(cuInit(0), CUDA_ERROR_NO_DEVICE);
    simulator_reset();
    OK(cuInit(0));
}

TEST(tells_its_version)
{
    const Session session;
    int version = 0;
    OK(cuDriverGetVersion(&version));
    CHECK_EQUAL(version, 12080);
    simulator_set_driver_version(13000);
    OK(cuDriverGetVersion(&version));
    CHECK_EQUAL(version, 13000);
    CHECK_EQUAL(cuDriverGetVersion(nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(names_its_codes)
{
    const char* text = nullptr;
    OK(cuGetErrorName(CUDA_ERROR_ILLEGAL_ADDRESS, &text));
    CHECK(!strcmp(text, "CUDA_ERROR_ILLEGAL_ADDRESS"));
    OK(cuGetErrorString(CUDA_ERROR_OUT_OF_MEMORY, &text));
    CHECK(!strcmp(text, "out of memory"));
    CHECK_EQUAL(cuGetErrorName(static_cast<CUresult>(54321), &text), CUDA_ERROR_INVALID_VALUE);
    CHECK(!text);
    CHECK_EQUAL(cuGetErrorString(CUDA_SUCCESS, nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(describes_the_device)
{
    const Session session;
    int count = 0, device = -1, value = 0;
    OK(cuDeviceGetCount(&count));
    CHECK_EQUAL(count, 1);
    OK(cuDeviceGet(&device, 0));
    CHECK_EQUAL(device, 0);
    char name[64], tight[5];
    OK(cuDeviceGetName(name, sizeof(name), 0));
    CHECK(!strcmp(name, "Simulated GPU"));
    OK(cuDeviceGetName(tight, sizeof(tight), 0));
    CHECK(!strcmp(tight, "Simu"));
    OK(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 0));
    CHECK_EQUAL(value, 9);
    OK(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, 0));
    CHECK_EQUAL(value, 232448);
    simulator_set_attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 7);
    OK(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, 0));
    CHECK_EQUAL(value, 7);
    size_t bytes = 0;
    OK(cuDeviceTotalMem_v2(&bytes, 0));
    CHECK_EQUAL(bytes, size_t{80} << 30);
}

TEST(refuses_what_no_device_has)
{
    const Session session;
    int device = 0, value = 0;
    char name[8];
    CHECK_EQUAL(cuDeviceGet(&device, 1), CUDA_ERROR_INVALID_DEVICE);
    CHECK_EQUAL(cuDeviceGet(&device, -1), CUDA_ERROR_INVALID_DEVICE);
    CHECK_EQUAL(cuDeviceGet(nullptr, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuDeviceGetName(name, 0, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuDeviceGetName(name, 8, 3), CUDA_ERROR_INVALID_DEVICE);
    CHECK_EQUAL(cuDeviceGetAttribute(&value, static_cast<CUdevice_attribute>(9999), 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuDeviceGetAttribute(&value, CU_DEVICE_ATTRIBUTE_WARP_SIZE, 1), CUDA_ERROR_INVALID_DEVICE);
    CHECK_EQUAL(cuDeviceTotalMem_v2(nullptr, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuDeviceGetCount(nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(counts_references_to_the_primary_context)
{
    const Session session;
    CUcontext again = nullptr, current = nullptr;
    OK(cuDevicePrimaryCtxRetain(&again, 0));
    CHECK(again == session.context);
    OK(cuDevicePrimaryCtxRelease_v2(0));
    OK(cuCtxGetCurrent(&current));
    CHECK(current == session.context);
    OK(cuCtxSynchronize());
    OK(cuDevicePrimaryCtxRelease_v2(0));
    CHECK_EQUAL(cuDevicePrimaryCtxRelease_v2(0), CUDA_ERROR_INVALID_CONTEXT);
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_CONTEXT_IS_DESTROYED);
    CHECK_EQUAL(cuCtxSetCurrent(session.context), CUDA_ERROR_INVALID_CONTEXT);
    CHECK_EQUAL(cuDevicePrimaryCtxRetain(&again, 1), CUDA_ERROR_INVALID_DEVICE);
    CHECK_EQUAL(cuDevicePrimaryCtxRetain(nullptr, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuDevicePrimaryCtxRelease_v2(1), CUDA_ERROR_INVALID_DEVICE);
    CHECK_EQUAL(cuCtxGetCurrent(nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(keeps_a_stack_of_contexts_for_each_thread)
{
    const Session session;
    CUcontext current = nullptr;
    CUresult without = CUDA_SUCCESS, with = CUDA_ERROR_UNKNOWN;
    std::thread([&] {
        without = cuCtxSynchronize();
        cuCtxPushCurrent_v2(session.context);
        with = cuCtxSynchronize();
    }).join();
    CHECK_EQUAL(without, CUDA_ERROR_INVALID_CONTEXT);
    CHECK_EQUAL(with, CUDA_SUCCESS);
    OK(cuCtxSetCurrent(nullptr));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_INVALID_CONTEXT);
    CHECK_EQUAL(cuCtxPopCurrent_v2(&current), CUDA_ERROR_INVALID_CONTEXT);
    OK(cuCtxPushCurrent_v2(session.context));
    OK(cuCtxSynchronize());
    OK(cuCtxPopCurrent_v2(&current));
    CHECK(current == session.context);
    CHECK_EQUAL(cuCtxPushCurrent_v2(nullptr), CUDA_ERROR_INVALID_CONTEXT);
    CHECK_EQUAL(cuCtxSetCurrent(reinterpret_cast<CUcontext>(&current)), CUDA_ERROR_INVALID_CONTEXT);
}

TEST(ends_memory_and_handles_with_their_context)
{
    const Session session;
    const CUdeviceptr address = allocate(64);
    const CUstream stream = make_stream();
    OK(cuDevicePrimaryCtxRelease_v2(0));
    CUcontext next = nullptr;
    OK(cuDevicePrimaryCtxRetain(&next, 0));
    CHECK(next != session.context);
    OK(cuCtxSetCurrent(next));
    CHECK_EQUAL(cuMemFree_v2(address), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuStreamSynchronize(stream), CUDA_ERROR_INVALID_HANDLE);
    size_t left = 0, total = 0;
    OK(cuMemGetInfo_v2(&left, &total));
    CHECK_EQUAL(left, total);
}

TEST(keeps_the_devices_apart)
{
    simulator_reset();
    simulator_set_device_count(2);
    OK(cuInit(0));
    CUcontext first = nullptr, second = nullptr;
    OK(cuDevicePrimaryCtxRetain(&first, 0));
    OK(cuDevicePrimaryCtxRetain(&second, 1));
    OK(cuCtxSetCurrent(second));
    const CUstream stream = make_stream();
    const CUdeviceptr address = allocate(16);
    OK(cuCtxSetCurrent(first));
    CHECK_EQUAL(relu(find_relu(), address, address, 4, stream), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuEventRecord(make_event(), stream), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuMemFree_v2(address), CUDA_ERROR_INVALID_VALUE);
    simulator_reset();
}
