#include "simulator/hooks.h"

#include <algorithm>

#include "simulator/library.h"

using namespace simulator::driver;

namespace
{

template <typename Body>
void change(Body body)
{
    locked([&] {
        body(state());
        return CUDA_SUCCESS;
    });
}

}  // namespace

void simulator_reset()
{
    change([](State& all) {
        for (const CUcontext context : std::array(all.primary))
            if (context)
                destroy(context);
        reset_cublaslt();
        reset_cudnn();
        all.graphs = {};
        all.executables = {};
        all.settings = planned_settings();
        all.counters = {};
        all.fault_message.clear();
        current_contexts().clear();
    });
}

void simulator_counters(SimulatorCounters* counters)
{
    change([&](const State& all) { *counters = all.counters; });
}

const char* simulator_fault_message() { return state().fault_message.c_str(); }

void simulator_set_driver_version(int version)
{
    change([&](State& all) { all.settings.driver_version = version; });
}

void simulator_set_device_count(int count)
{
    change([&](State& all) { all.settings.device_count = std::clamp(count, 0, most_devices); });
}

void simulator_set_total_memory(size_t bytes)
{
    change([&](State& all) { all.settings.total_memory = bytes; });
}

void simulator_set_attribute(int attribute, int value)
{
    change([&](State& all) { all.settings.attributes[attribute] = value; });
}

void simulator_set_block_window(unsigned long long first, unsigned long long count)
{
    change([&](State& all) {
        all.settings.first_block = first;
        all.settings.block_count = count;
    });
}

void simulator_fail_next_grid(int code)
{
    change([&](State& all) { all.settings.next_fault = code; });
}

void simulator_set_cublaslt_version(int version)
{
    change([&](State& all) { all.settings.cublaslt_version = version; });
}

void simulator_set_cudnn_version(int version)
{
    change([&](State& all) { all.settings.cudnn_version = version; });
}

void simulator_refuse_fused_graphs(int how)
{
    change([&](State& all) { all.settings.refuse_fused_graphs = how; });
}

void simulator_fail_next_library_call(const char* call, int status)
{
    change([&](State& all) { all.settings.next_status = PlantedStatus{call ? call : "", status}; });
}
