// Launches and what goes wrong in them.
#include "tests/driver_session.h"

using namespace driver_tests;

namespace
{

struct Shape
{
    unsigned grid[3] = {1, 1, 1};
    unsigned block[3] = {256, 1, 1};
    unsigned shared = 0;
};

/// A rectifier over nothing, in some shape.
CUresult launch(CUfunction function, const Shape& shape, CUstream stream = nullptr)
{
    ReluForward arguments = {0, 0, 0};
    void* parameters[] = {&arguments};
    return cuLaunchKernel(function, shape.grid[0], shape.grid[1], shape.grid[2], shape.block[0], shape.block[1], shape.block[2], shape.shared, stream, parameters, nullptr);
}

float read(CUdeviceptr address)
{
    float value = 0;
    OK(cuMemcpyDtoHAsync_v2(&value, address, sizeof(value), nullptr));
    return value;
}

}  // namespace

TEST(launches_with_parameters)
{
    const Session session;
    const float x[] = {-1, 2, -3, 4, 5}, expected[] = {0, 2, 0, 4, 5};
    const CUdeviceptr source = allocate_floats(5), target = allocate_floats(5);
    OK(cuMemcpyHtoDAsync_v2(source, x, sizeof(x), nullptr));
    OK(relu(find_relu(), source, target, 5, nullptr));
    for (int i = 0; i < 5; i++)
        CHECK_EQUAL(read(target + i * sizeof(float)), expected[i]);
    CHECK_EQUAL(counters().launches, 1u);
    CHECK_EQUAL(counters().grids, 1u);
}

TEST(launches_with_packed_parameters)
{
    const Session session;
    const CUfunction function = find_relu();
    const CUdeviceptr source = allocate_floats(1, 0x40000000), target = allocate_floats(1);
    ReluForward arguments = {source, target, 1};
    size_t bytes = sizeof(arguments);
    void* extra[] = {reinterpret_cast<void*>(CU_LAUNCH_PARAM_BUFFER_POINTER), &arguments, reinterpret_cast<void*>(CU_LAUNCH_PARAM_BUFFER_SIZE), &bytes, nullptr};
    const auto launch_packed = [&](void** parameters) { return cuLaunchKernel(function, 1, 1, 1, 32, 1, 1, 0, nullptr, parameters, extra); };
    OK(launch_packed(nullptr));
    CHECK_EQUAL(read(target), 2.0f);
    bytes = 16;
    CHECK_EQUAL(launch_packed(nullptr), CUDA_ERROR_INVALID_VALUE);
    bytes = 32;
    CHECK_EQUAL(launch_packed(nullptr), CUDA_ERROR_INVALID_VALUE);
    bytes = sizeof(arguments);
    CHECK_EQUAL(launch_packed(extra), CUDA_ERROR_INVALID_VALUE);
    extra[2] = nullptr;
    CHECK_EQUAL(launch_packed(nullptr), CUDA_ERROR_INVALID_VALUE);
    extra[0] = reinterpret_cast<void*>(17);
    CHECK_EQUAL(launch_packed(nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuLaunchKernel(function, 1, 1, 1, 32, 1, 1, 0, nullptr, nullptr, nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(refuses_bad_shapes)
{
    const Session session;
    const CUfunction function = find_relu();
    const auto refuses = [&](const Shape& shape) { CHECK_EQUAL(launch(function, shape), CUDA_ERROR_INVALID_VALUE); };
    refuses({{0, 1, 1}});
    refuses({{1, 0, 1}});
    refuses({{0x80000000u, 1, 1}});
    refuses({{1, 65536, 1}});
    refuses({{1, 1, 65536}});
    refuses({{1, 1, 1}, {0, 1, 1}});
    refuses({{1, 1, 1}, {257, 1, 1}});
    refuses({{1, 1, 1}, {1025, 1, 1}});
    refuses({{1, 1, 1}, {1, 1, 65}});
    refuses({{1, 1, 1}, {32, 16, 1}});
    refuses({{1, 1, 1}, {256, 1, 1}, 49153});
    OK(cuFuncSetAttribute(function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, 100000));
    refuses({{1, 1, 1}, {256, 1, 1}, 100001});
    OK(launch(function, {{1, 1, 1}, {256, 1, 1}, 100000}));
    OK(cuCtxSynchronize());
    CHECK_EQUAL(counters().launches, 1u);
}

TEST(refuses_functions_and_streams_it_does_not_know)
{
    const Session session;
    const CUmodule module = load_relu();
    CUfunction function = nullptr;
    OK(cuModuleGetFunction(&function, module, "relu_forward_f32"));
    CHECK_EQUAL(launch(nullptr, {}), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(launch(reinterpret_cast<CUfunction>(module), {}), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(launch(function, {}, reinterpret_cast<CUstream>(module)), CUDA_ERROR_INVALID_HANDLE);
    OK(launch(function, {}));
    OK(cuModuleUnload(module));
    CHECK_EQUAL(launch(function, {}), CUDA_ERROR_INVALID_HANDLE);
    OK(cuCtxSynchronize());
}

TEST(runs_a_window_of_a_huge_grid)
{
    const Session session;
    const long long count = (1ll << 31) + 256;
    const CUfunction function = find_relu();
    const CUdeviceptr source = allocate(count * 4), target = allocate(count * 4);
    const float value = 7;
    OK(cuMemsetD32Async(source + (count - 256) * 4, 0, 256, nullptr));
    OK(cuMemcpyHtoDAsync_v2(source + (count - 1) * 4, &value, 4, nullptr));
    simulator_set_block_window(count / 256 - 1, 1);
    OK(relu(function, source, target, count, nullptr));
    CHECK_EQUAL(read(target + (count - 1) * 4), 7.0f);
}

TEST(keeps_a_fault_with_its_context)
{
    const Session session;
    const CUfunction function = find_relu();
    const CUdeviceptr word = allocate_floats(1, 3);
    unsigned* const seen = pinned<unsigned>(1);
    const CUstream stream = make_stream();
    simulator_fail_next_grid(CUDA_ERROR_LAUNCH_FAILED);
    OK(launch(function, {}, stream));
    OK(cuMemcpyDtoHAsync_v2(seen, word, 4, stream));
    CHECK_EQUAL(cuStreamSynchronize(stream), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_EQUAL(*seen, 0u);
    const std::string message = simulator_fault_message();
    CHECK(message.find("relu_forward_f32: a test asked for this fault [grid 1 x 1 x 1, block 256 x 1 x 1") != std::string::npos);
    CUdeviceptr address = 0;
    CHECK_EQUAL(cuMemAlloc_v2(&address, 4), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_EQUAL(launch(function, {}), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_EQUAL(cuMemFree_v2(word), CUDA_ERROR_LAUNCH_FAILED);
    CHECK_EQUAL(cuStreamDestroy_v2(stream), CUDA_ERROR_LAUNCH_FAILED);
    OK(cuDevicePrimaryCtxRelease_v2(0));
    CUcontext next = nullptr;
    OK(cuDevicePrimaryCtxRetain(&next, 0));
    OK(cuCtxSetCurrent(next));
    OK(cuCtxSynchronize());
}

TEST(shows_a_fault_to_whoever_waits_next)
{
    const Session session;
    const CUevent event = make_event();
    const CUstream stream = make_stream();
    float value = 0;
    simulator_fail_next_grid(CUDA_ERROR_ILLEGAL_ADDRESS);
    OK(launch(find_relu(), {}, stream));
    OK(cuEventRecord(event, stream));
    CHECK_EQUAL(cuEventQuery(event), CUDA_ERROR_NOT_READY);
    CHECK_EQUAL(cuEventQuery(event), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK_EQUAL(cuMemcpyDtoHAsync_v2(&value, 0, 4, nullptr), CUDA_ERROR_ILLEGAL_ADDRESS);
}

// The address sanitizer ends the process where a kernel goes astray.
#if !defined(SIMULATOR_SANITIZED)
TEST(faults_where_a_kernel_reads_freed_memory)
{
    const Session session;
    const CUdeviceptr source = allocate_floats(8), target = allocate_floats(8);
    OK(cuMemFree_v2(source));
    OK(relu(find_relu(), source, target, 8, nullptr));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("which were freed") != std::string::npos);
}

TEST(faults_where_a_kernel_follows_null)
{
    const Session session;
    OK(relu(find_relu(), 0, allocate_floats(3000), 3000, nullptr));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("no device memory") != std::string::npos);
}

TEST(faults_where_a_kernel_runs_far_past_the_end)
{
    const Session session;
    const CUdeviceptr source = allocate_floats(3000), target = allocate_floats(64);
    OK(relu(find_relu(), source, target, 3000, nullptr));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("past the end of the 256 bytes") != std::string::npos);
}
#endif
#if defined(SIMULATOR_WATCHED)
TEST(faults_where_a_kernel_writes_past_the_end)
{
    const Session session;
    const CUdeviceptr source = allocate_floats(8), target = allocate_floats(7);
    OK(relu(find_relu(), source, target, 8, nullptr));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("0 past the end of the 28 bytes") != std::string::npos);
}
#endif
