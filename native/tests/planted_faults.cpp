// planted_faults.cpp: runs the planted fault that is named, and prints what the simulator says. CTest compares (see
// CMakeLists.txt): a check that does not find its fault is no check.
#include <iostream>

#include "simulator/launch.h"
#include "simulator/memory.h"
#include "tests/kernel_test.h"

int main(int, char** arguments)
{
    constexpr int count = 96;
    const std::string name = arguments[1];
    const Buffer<float> x = random<float>(count), y(count);
    const std::vector<float> of_host(count);
    const float* source = x.data();
    if (name == "use_after_free")
    {
        source = static_cast<float*>(simulator::allocate(count * sizeof(float), simulator::Space::device));
        simulator::free(source, simulator::Space::device);
    }
    else if (name == "host_pointer")
        source = of_host.data();
    const size_t shared_bytes = name == "dynamic_shared_overrun" ? (count - 1) * sizeof(float) : count * sizeof(float);
    const std::string fault = launch_fault(name.c_str(), 1, count, shared_bytes, {{"x", source}, {"y", y}});
    std::cout << (fault.empty() ? "no fault found" : fault) << std::endl;
    return fault.empty() ? 0 : 1;
}
