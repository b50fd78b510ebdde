// Device memory and pinned memory: what is allocated, found, freed and refused.
#include <cstring>

#include "simulator/memory.h"
#include "tests/driver_session.h"

using namespace driver_tests;

namespace
{

void* pointer(CUdeviceptr address) { return reinterpret_cast<void*>(address); }

}  // namespace

TEST(allocates_to_the_byte)
{
    const Session session;
    const CUdeviceptr address = allocate(1000);
    CHECK_EQUAL(address % 256, 0u);
    CHECK(simulator::contains(pointer(address), 1000));
    CHECK(!simulator::contains(pointer(address), 1001));
    CHECK(!simulator::contains(pointer(address - 1), 1));
    CHECK(simulator::contains(pointer(address + 1000), 0));
    CHECK(!simulator::contains(pointer(address + 500), ~size_t{0}));
}

TEST(fills_fresh_memory_with_what_is_no_number)
{
    const Session session;
    const CUdeviceptr address = allocate(8);
    float values[2] = {};
    OK(cuMemcpyDtoHAsync_v2(values, address, 8, nullptr));
    CHECK(values[0] != values[0] && values[1] != values[1]);
}

TEST(refuses_allocations)
{
    const Session session;
    CUdeviceptr address = 0;
    void* host = nullptr;
    CHECK_EQUAL(cuMemAlloc_v2(&address, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemAlloc_v2(nullptr, 1), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemHostAlloc(&host, 0, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemHostAlloc(&host, 1, 8), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemHostAlloc(&host, ~size_t{0}, 0), CUDA_ERROR_OUT_OF_MEMORY);
}

TEST(ends_where_the_total_memory_does)
{
    const Session session;
    simulator_set_total_memory(1000);
    const CUdeviceptr first = allocate(600);
    size_t left = 0, total = 0;
    OK(cuMemGetInfo_v2(&left, &total));
    CHECK_EQUAL(left, 400u);
    CHECK_EQUAL(total, 1000u);
    CUdeviceptr address = 0;
    CHECK_EQUAL(cuMemAlloc_v2(&address, 401), CUDA_ERROR_OUT_OF_MEMORY);
    CHECK_EQUAL(cuMemAlloc_v2(&address, ~size_t{0}), CUDA_ERROR_OUT_OF_MEMORY);
    OK(cuMemAlloc_v2(&address, 400));
    OK(cuMemFree_v2(first));
    OK(cuMemGetInfo_v2(&left, &total));
    CHECK_EQUAL(left, 600u);
    simulator_set_total_memory(100);
    OK(cuMemGetInfo_v2(&left, &total));
    CHECK_EQUAL(left, 0u);
    CHECK_EQUAL(cuMemGetInfo_v2(nullptr, &total), CUDA_ERROR_INVALID_VALUE);
}

TEST(reaches_past_two_to_the_31_elements)
{
    const Session session;
    const size_t count = (size_t{1} << 31) + 10;
    const CUdeviceptr address = allocate(count * sizeof(float));
    const float written = 3;
    float read = 0;
    OK(cuMemcpyHtoDAsync_v2(address + (count - 1) * sizeof(float), &written, sizeof(float), nullptr));
    OK(cuMemcpyDtoHAsync_v2(&read, address + (count - 1) * sizeof(float), sizeof(float), nullptr));
    CHECK_EQUAL(read, written);
}

TEST(refuses_to_free_what_is_not_an_allocation)
{
    const Session session;
    const CUdeviceptr address = allocate(512);
    float* const host = pinned<float>(4);
    float pageable = 0;
    CHECK_EQUAL(cuMemFree_v2(address + 256), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemFree_v2(reinterpret_cast<CUdeviceptr>(host)), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemFree_v2(reinterpret_cast<CUdeviceptr>(&pageable)), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemFree_v2(0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemFreeHost(pointer(address)), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemFreeHost(&pageable), CUDA_ERROR_INVALID_VALUE);
    OK(cuMemFree_v2(address));
    CHECK_EQUAL(cuMemFree_v2(address), CUDA_ERROR_INVALID_VALUE);
    OK(cuMemFreeHost(host));
    CHECK_EQUAL(cuMemFreeHost(host), CUDA_ERROR_INVALID_VALUE);
}

TEST(gives_no_address_twice)
{
    const Session session;
    const CUdeviceptr first = allocate(64);
    OK(cuMemFree_v2(first));
    const CUdeviceptr second = allocate(64);
    CHECK(first != second);
    CHECK(!simulator::contains(pointer(first), 1));
    CHECK(!simulator::find(pointer(first))->live);
    CHECK(simulator::describe(pointer(first + 4), 4).find("which were freed") != std::string::npos);
}

TEST(says_how_an_address_misses)
{
    const Session session;
    const CUdeviceptr address = allocate(1000);
    int local = 0;
    CHECK(simulator::describe(pointer(address + 1004), 4).find("4 past the end of the 1000 bytes of device memory") != std::string::npos);
    CHECK(simulator::describe(pointer(address - 8), 4).find("8 before the 1000 bytes") != std::string::npos);
    CHECK(simulator::describe(&local, 4).find("no device memory") != std::string::npos);
}

TEST(maps_pinned_memory)
{
    const Session session;
    float* const host = pinned<float>(4);
    CUdeviceptr device = 0;
    OK(cuMemHostGetDevicePointer_v2(&device, host + 1, 0));
    CHECK(pointer(device) == host + 1);
    CHECK_EQUAL(cuMemHostGetDevicePointer_v2(&device, host, 1), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemHostGetDevicePointer_v2(&device, &device, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemHostGetDevicePointer_v2(&device, pointer(allocate(4)), 0), CUDA_ERROR_INVALID_VALUE);
}

TEST(waits_before_it_frees_device_memory)
{
    const Session session;
    const CUdeviceptr source = allocate_floats(1, 7), target = allocate_floats(1);
    const CUstream stream = make_stream();
    OK(cuMemcpyDtoDAsync_v2(target, source, 4, stream));
    OK(cuMemFree_v2(source));
    unsigned read = 0;
    OK(cuMemcpyDtoHAsync_v2(&read, target, 4, nullptr));
    CHECK_EQUAL(read, 7u);
}

#if defined(SIMULATOR_WATCHED)
TEST(knows_which_bytes_were_written)
{
    const Session session;
    const CUdeviceptr source = allocate(16), target = allocate(16);
    CHECK(!simulator::is_initialised(pointer(source), 1));
    OK(cuMemsetD8Async(source + 4, 1, 8, nullptr));
    OK(cuMemcpyDtoDAsync_v2(target, source, 12, nullptr));
    OK(cuCtxSynchronize());
    CHECK(simulator::is_initialised(pointer(source + 4), 8));
    CHECK(!simulator::is_initialised(pointer(source + 3), 8));
    CHECK(simulator::is_initialised(pointer(target + 4), 8));
    CHECK(!simulator::is_initialised(pointer(target), 4));
    CHECK(!simulator::is_initialised(pointer(target + 4), 9));
    CHECK(simulator::is_initialised(pinned<char>(1), 1));
}
#endif
