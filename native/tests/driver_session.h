// driver_session.h: what the tests of the driver's entry points begin with: a simulator as new, a context, the rectifier.
#pragma once

#include <thread>
#include <vector>

#include "simulator/driver.h"
#include "simulator/hooks.h"
#include "tests/check.h"

#define OK(call) CHECK_EQUAL(call, CUDA_SUCCESS)

namespace driver_tests
{

constexpr const char* relu_text =
    "// relu.cu\n"
    ".visible .entry relu_forward_f32(.param .align 8 .b8 relu_forward_f32_param_0[24])\n"
    ".visible .entry relu_backward_f32(.param .align 8 .b8 relu_backward_f32_param_0[32])\n";

struct ReluForward
{
    CUdeviceptr x, y;
    long long packs;
};

/// The context of device 0, current; gone with all it has when the test ends.
struct Session
{
    CUcontext context = nullptr;

    Session()
    {
        simulator_reset();
        OK(cuInit(0));
        OK(cuDevicePrimaryCtxRetain(&context, 0));
        OK(cuCtxSetCurrent(context));
    }

    Session(const Session&) = delete;

    ~Session() { simulator_reset(); }
};

inline CUdeviceptr allocate(size_t bytes)
{
    CUdeviceptr address = 0;
    OK(cuMemAlloc_v2(&address, bytes));
    return address;
}

inline CUdeviceptr allocate_floats(size_t count, unsigned bits = 0)
{
    const CUdeviceptr address = allocate(count * sizeof(float));
    OK(cuMemsetD32Async(address, bits, count, nullptr));
    OK(cuCtxSynchronize());
    return address;
}

/// Pinned memory, zeroed.
template <typename T>
T* pinned(size_t count)
{
    void* address = nullptr;
    OK(cuMemHostAlloc(&address, count * sizeof(T), 0));
    std::fill_n(static_cast<T*>(address), count, T{});
    return static_cast<T*>(address);
}

inline CUstream make_stream(unsigned flags = CU_STREAM_NON_BLOCKING)
{
    CUstream stream = nullptr;
    OK(cuStreamCreate(&stream, flags));
    return stream;
}

inline CUevent make_event(unsigned flags = 0)
{
    CUevent event = nullptr;
    OK(cuEventCreate(&event, flags));
    return event;
}

inline CUmodule load_relu()
{
    CUmodule module = nullptr;
    OK(cuModuleLoadDataEx(&module, relu_text, 0, nullptr, nullptr));
    return module;
}

inline CUfunction find_relu()
{
    CUfunction function = nullptr;
    OK(cuModuleGetFunction(&function, load_relu(), "relu_forward_f32"));
    return function;
}

/// y = max(x, 0) over `count` floats, one thread each.
inline CUresult relu(CUfunction function, CUdeviceptr x, CUdeviceptr y, long long count, CUstream stream)
{
    ReluForward arguments = {x, y, count};
    void* parameters[] = {&arguments};
    return cuLaunchKernel(function, static_cast<unsigned>((count + 255) / 256), 1, 1, 256, 1, 1, 0, stream, parameters, nullptr);
}

inline SimulatorCounters counters()
{
    SimulatorCounters all;
    simulator_counters(&all);
    return all;
}

}  // namespace driver_tests
