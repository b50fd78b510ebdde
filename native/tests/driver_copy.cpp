// Copies and memsets: when they read and write, and what they refuse.
#include "tests/driver_session.h"

using namespace driver_tests;

TEST(snapshots_pageable_memory_at_the_call)
{
    const Session session;
    const CUdeviceptr target = allocate_floats(1);
    const CUstream stream = make_stream();
    int value = 1, read = 0;
    OK(cuMemcpyHtoDAsync_v2(target, &value, 4, stream));
    value = 2;
    OK(cuMemcpyDtoHAsync_v2(&read, target, 4, stream));
    CHECK_EQUAL(read, 1);
}

TEST(reads_pinned_memory_when_it_runs)
{
    const Session session;
    const CUdeviceptr target = allocate_floats(1);
    const CUstream stream = make_stream();
    int* const value = pinned<int>(1);
    int read = 0;
    *value = 1;
    OK(cuMemcpyHtoDAsync_v2(target, value, 4, stream));
    *value = 2;
    OK(cuMemcpyDtoHAsync_v2(&read, target, 4, stream));
    CHECK_EQUAL(read, 2);
}

TEST(leaves_a_pinned_target_stale_until_waited_for)
{
    const Session session;
    const CUdeviceptr source = allocate_floats(1, 5);
    const CUstream stream = make_stream(), other = make_stream();
    int* const target = pinned<int>(1);
    OK(cuMemcpyDtoHAsync_v2(target, source, 4, stream));
    OK(cuStreamSynchronize(other));
    CHECK_EQUAL(*target, 0);
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(*target, 5);
}

TEST(sets_bytes_and_words)
{
    const Session session;
    const CUdeviceptr target = allocate(8);
    unsigned read[2];
    OK(cuMemsetD32Async(target, 0x01020304, 2, nullptr));
    OK(cuMemsetD8Async(target + 5, 0xff, 1, nullptr));
    OK(cuMemcpyDtoHAsync_v2(read, target, 8, nullptr));
    CHECK_EQUAL(read[0], 0x01020304u);
    CHECK_EQUAL(read[1], 0x0102ff04u);
    OK(cuMemsetD16Async(target + 2, 0xabcd, 1, nullptr));
    OK(cuMemcpyDtoHAsync_v2(read, target, 8, nullptr));
    CHECK_EQUAL(read[0], 0xabcd0304u);
}

TEST(copies_nothing_from_nowhere)
{
    const Session session;
    OK(cuMemcpyHtoDAsync_v2(0, nullptr, 0, nullptr));
    OK(cuMemcpyDtoHAsync_v2(nullptr, 0, 0, nullptr));
    OK(cuMemcpyDtoDAsync_v2(0, 0, 0, nullptr));
    OK(cuMemsetD8Async(0, 0, 0, nullptr));
}

TEST(refuses_copies_out_of_bounds)
{
    const Session session;
    const CUdeviceptr address = allocate(16);
    char host[32] = {};
    char* const locked = pinned<char>(16);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(address, host, 17, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(address + 8, host, 9, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyDtoHAsync_v2(host, address, 17, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyDtoDAsync_v2(address, address, 17, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(address, locked + 8, 9, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD8Async(address, 0, 17, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD32Async(address, 0, 5, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD32Async(address, 0, ~size_t{0} / 2, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD32Async(address + 2, 0, 1, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD16Async(address + 1, 0, 1, nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(refuses_the_wrong_kind_of_pointer)
{
    const Session session;
    const CUdeviceptr address = allocate(16);
    char host[16] = {};
    const CUdeviceptr wrong = reinterpret_cast<CUdeviceptr>(host);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(wrong, host, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(address, reinterpret_cast<void*>(address), 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(address, nullptr, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyDtoHAsync_v2(host, wrong, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyDtoDAsync_v2(address, wrong, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD8Async(wrong, 0, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemsetD8Async(0, 0, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    OK(cuMemFree_v2(address));
    CHECK_EQUAL(cuMemsetD8Async(address, 0, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyDtoHAsync_v2(host, address, 16, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuMemcpyHtoDAsync_v2(allocate(16), host, 16, reinterpret_cast<CUstream>(host)), CUDA_ERROR_INVALID_HANDLE);
}

TEST(takes_pinned_memory_for_device_memory)
{
    const Session session;
    int* const first = pinned<int>(1);
    int* const second = pinned<int>(1);
    *first = 9;
    OK(cuMemcpyDtoDAsync_v2(reinterpret_cast<CUdeviceptr>(second), reinterpret_cast<CUdeviceptr>(first), 4, nullptr));
    OK(cuCtxSynchronize());
    CHECK_EQUAL(*second, 9);
}

TEST(faults_where_pinned_memory_went_before_its_copy)
{
    const Session session;
    const CUdeviceptr target = allocate_floats(4);
    float* const source = pinned<float>(4);
    const CUstream stream = make_stream();
    OK(cuMemcpyHtoDAsync_v2(target, source, 16, stream));
    OK(cuMemFreeHost(source));
    CHECK_EQUAL(cuStreamSynchronize(stream), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("a copy reads 16 bytes") != std::string::npos);
}

TEST(faults_where_a_pinned_target_went_before_its_copy)
{
    const Session session;
    float* const target = pinned<float>(4);
    OK(cuMemcpyDtoHAsync_v2(target, allocate_floats(4), 16, nullptr));
    OK(cuMemFreeHost(target));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("a copy writes 16 bytes") != std::string::npos);
}

TEST(counts_what_is_copied_and_waited_for)
{
    const Session session;
    const CUdeviceptr target = allocate(4);
    int value = 0;
    const SimulatorCounters before = counters();
    OK(cuMemcpyHtoDAsync_v2(target, &value, 4, nullptr));
    OK(cuMemcpyDtoHAsync_v2(pinned<int>(1), target, 4, nullptr));
    CHECK_EQUAL(counters().copies - before.copies, 2u);
    CHECK_EQUAL(counters().waits, before.waits);
    CHECK_EQUAL(counters().pinned_allocations, before.pinned_allocations + 1);
    OK(cuMemcpyDtoHAsync_v2(&value, target, 4, nullptr));
    CHECK_EQUAL(counters().waits, before.waits + 1);
    OK(cuMemFree_v2(target));
    CHECK_EQUAL(counters().frees, before.frees + 1);
}
