// launch.h: a grid of a kernel, run to its end on this machine's cores. The door between the driver's entry points (and
// the native tests) and the engine.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace simulator
{

/// A field of a struct that the host fills, where the compiler placed it.
struct Field
{
    const char* name;
    size_t offset, size;
};

/// An entry point and what a launch must know of it. `body` runs one thread.
struct Kernel
{
    const char* module;
    const char* name;
    const char* params;
    size_t param_bytes;
    int max_threads;
    void (*body)(const void* args);
    const Field* fields;
    int field_count;
};

/// A kernel of this library by its name, or null.
const Kernel* find_kernel(std::string_view name);

/// All kernels of this library, ordered by module and name.
std::vector<const Kernel*> all_kernels();

/// A struct that the host fills: a kernel's parameters, or a row of a table in device memory.
struct Struct
{
    const char* module;
    const char* name;
    size_t bytes;
    const Field* fields;
    int field_count;
};

/// All such structs of this library, ordered by name.
std::vector<const Struct*> all_structs();

struct Size3
{
    unsigned x, y, z;
};

/// What ended a grid before its time. The code is the CUresult that a launch on a GPU would leave behind.
struct Fault
{
    int code;
    std::string message;
};

constexpr int illegal_address = 700;     // CUDA_ERROR_ILLEGAL_ADDRESS
constexpr int misaligned_address = 716;  // CUDA_ERROR_MISALIGNED_ADDRESS
constexpr int launch_failure = 719;      // CUDA_ERROR_LAUNCH_FAILED

/// Runs a grid to its end and says what went wrong, if anything did. `first_block` and `block_count` restrict it to a
/// window of its blocks: addresses at the far end of a tensor can be tested without running all that comes before. The
/// caller has checked the limits of grid, block and shared memory; one grid runs at a time, others wait here.
std::optional<Fault> run(const Kernel& kernel, const void* args, Size3 grid, Size3 block, size_t dynamic_shared_bytes, unsigned long long first_block = 0,
                         unsigned long long block_count = ~0ull);

/// Calls work(0), work(1), ... work(count - 1), spread over this machine's cores: what the libraries compute runs where
/// grids run. Waits for a grid that runs.
void spread(int count, const std::function<void(int)>& work);

}  // namespace simulator
