// library.h: what the entry points of cuBLASLt and cuDNN share: when a call is made to fail, how their work is queued, and
// how the memory they are given is held against what is there. Their work runs when kernels run (order.h).
#pragma once

#include <string>
#include <vector>

#include "simulator/order.h"

namespace simulator::driver
{

/// Memory that a call reads or writes: `runs` pieces of `run_bytes`, each `pitch` bytes after the one before it.
struct Operand
{
    const char* name;
    const char* address;
    size_t runs, run_bytes, pitch;
    bool writes = false;
    bool reads = true;

    size_t bytes() const { return (runs - 1) * pitch + run_bytes; }
};

/// The current context, or null where there is none or something went wrong in it.
Context* usable_context();

/// The status that a test wants this call to answer instead of working.
std::optional<int> planted_status(const char* call);

/// Queues `body`, after the memory was looked at: all of it lies in live allocations, what is read was written (the watched
/// flavour knows), and what is written overlaps nothing else, unless it is the very same memory. False if the stream
/// takes no work.
bool enqueue_library_work(Stream& stream, std::string call, std::vector<Operand> operands, std::function<void()> body);

/// Everything that is thrown ends here: no exception leaves a library.
template <typename Status, typename Body>
Status guarded(Status no_memory, Status internal, Body body) noexcept
{
    try
    {
        const std::lock_guard lock(state().gate);
        return body();
    }
    catch (const std::bad_alloc&)
    {
        return no_memory;
    }
    catch (...)
    {
        return internal;
    }
}

/// Forget handles and descriptors: part of simulator_reset.
void reset_cublaslt();
void reset_cudnn();

}  // namespace simulator::driver
