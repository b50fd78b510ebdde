#include "tests/kernel_test.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <set>

#include "simulator/launch.h"
#include "simulator/memory.h"

namespace
{

/// The kernels that this program launched, written at its end to the file that CTest asks for: it holds them against all
/// there are (every_kernel_is_tested.cmake).
struct Launched
{
    std::set<std::string> names;

    ~Launched()
    {
        const char* const path = getenv("LAUNCHED_KERNELS");
        if (!path)
            return;
        std::ofstream file(path);
        for (const std::string& name : names)
            file << name << '\n';
    }
} launched;

[[noreturn]] void fail(const char* kernel, const std::string& what) { throw checks::Failure{std::string(kernel) + ": " + what}; }

/// The parameter struct, field by field.
std::vector<unsigned char> pack(const simulator::Kernel& kernel, std::initializer_list<Argument> arguments)
{
    std::vector<unsigned char> packed(kernel.param_bytes);
    std::set<std::string> missing;
    for (int i = 0; i < kernel.field_count; i++)
        missing.insert(kernel.fields[i].name);
    for (const Argument& argument : arguments)
    {
        if (!missing.erase(argument.name))
            fail(kernel.name, std::string("has no parameter ") + argument.name + ", or was given it twice");
        for (int i = 0; i < kernel.field_count; i++)
            if (const simulator::Field& field = kernel.fields[i]; strcmp(field.name, argument.name) == 0)
            {
                if (argument.bytes != 0 && argument.bytes != field.size)
                    fail(kernel.name, std::string(argument.name) + " has another size");
                memcpy(packed.data() + field.offset, &argument.bits, field.size);
            }
    }
    if (!missing.empty())
        fail(kernel.name, "is launched without " + *missing.begin());
    return packed;
}

}  // namespace

Memory::Memory(size_t bytes) : address_(simulator::allocate(bytes, simulator::Space::device))
{
    if (!address_ && bytes > 0)
        throw checks::Failure{"no " + std::to_string(bytes) + " bytes of device memory"};
}

Memory::~Memory()
{
    if (address_)
        simulator::free(address_, simulator::Space::device);
}

void Memory::written(const void* address, size_t bytes) { simulator::mark_initialised(address, bytes); }

std::vector<float> random_floats(long long count, unsigned seed, float low, float high)
{
    std::mt19937 generator(seed);
    std::vector<float> values(count);
    for (float& value : values)
        value = low + (high - low) * static_cast<float>(generator() >> 8) / 16777216.0f;
    return values;
}

std::vector<bf16> to_bf16(const std::vector<float>& values)
{
    std::vector<bf16> rounded(values.size());
    for (size_t i = 0; i < values.size(); i++)
        from_float(values[i], rounded[i]);
    return rounded;
}

std::vector<float> to_floats(const std::vector<float>& values) { return values; }

std::vector<float> to_floats(const std::vector<bf16>& values)
{
    std::vector<float> floats(values.size());
    for (size_t i = 0; i < values.size(); i++)
        floats[i] = to_float(values[i]);
    return floats;
}

std::string launch_fault(const char* name, long long blocks, int threads, size_t shared_bytes, std::initializer_list<Argument> arguments, Window window)
{
    const simulator::Kernel* const kernel = simulator::find_kernel(name);
    if (!kernel)
        fail(name, "there is no such kernel");
    if (threads > kernel->max_threads)
        fail(name, "takes " + std::to_string(kernel->max_threads) + " threads at most");
    launched.names.insert(name);
    const auto packed = pack(*kernel, arguments);
    const auto fault = simulator::run(*kernel, packed.data(), {static_cast<unsigned>(blocks), 1, 1}, {static_cast<unsigned>(threads), 1, 1}, shared_bytes, window.first, window.count);
    return fault ? fault->message : "";
}

void launch(const char* name, long long blocks, int threads, size_t shared_bytes, std::initializer_list<Argument> arguments, Window window)
{
    if (const std::string fault = launch_fault(name, blocks, threads, shared_bytes, arguments, window); !fault.empty())
        throw checks::Failure{fault};
}

void near(const std::vector<float>& actual, const std::vector<float>& expected, float tolerance)
{
    CHECK_EQUAL(actual.size(), expected.size());
    float largest = 1;
    for (const float value : expected)
        if (std::isfinite(value))
            largest = std::fmax(largest, std::fabs(value));
    for (size_t i = 0; i < actual.size(); i++)
    {
        const float a = actual[i], e = expected[i];
        if (a == e || (std::isnan(a) && std::isnan(e)) || std::fabs(a - e) <= tolerance * largest)
            continue;
        std::ostringstream text;
        text << "value " << i << " of " << actual.size() << " is " << a << ", not " << e;
        throw checks::Failure{text.str()};
    }
}
