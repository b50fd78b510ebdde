// state.h: what the driver knows: contexts and what belongs to them, by handle. One lock guards it all; an entry point
// holds it from its first line to its last, a running grid included.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "simulator/driver.h"
#include "simulator/hooks.h"
#include "simulator/launch.h"

namespace simulator::driver
{

struct Context;
struct Capture;

/// What a stream does at some time; a graph does it once per launch.
using Work = std::function<std::optional<Fault>()>;

/// A place in the order of work: done when its work ran, after all that it comes after.
struct Task
{
    Context* context = nullptr;
    Work work;
    std::vector<std::shared_ptr<Task>> after;
    bool done = false;
    std::chrono::steady_clock::time_point when{};
};

struct Object
{
    Context* context = nullptr;
};

struct Stream : Object
{
    bool blocking = true;  // ordered with the legacy stream
    std::shared_ptr<Task> last;
    std::shared_ptr<Capture> capture;
    std::vector<int> frontier;  // the capture's works that the next one comes after
};

struct Event : Object
{
    bool timed = true;
    std::shared_ptr<Task> recorded;
    std::shared_ptr<Capture> capture;
    std::vector<int> frontier;
};

/// Works in the order they were issued, and what each was issued after.
struct Capture
{
    Context* context = nullptr;
    Stream* origin = nullptr;
    CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
    std::thread::id thread;
    bool ended = false, invalid = false;
    std::vector<Work> works;
    std::vector<std::vector<int>> after;
};

struct Module : Object
{
    std::map<std::string, CUfunction, std::less<>> entries;
};

struct Function : Object
{
    const Kernel* kernel = nullptr;
    int max_dynamic_shared = 0;
};

struct Graph
{
    std::shared_ptr<const std::vector<Work>> works;
};

struct Context
{
    int device = 0;
    int number = 0;  // the owner of its memory
    int references = 0;
    size_t used_bytes = 0;
    Stream legacy;
    std::vector<std::shared_ptr<Task>> orphans;  // the ends of streams that were destroyed with work left to do
    std::optional<Fault> fault;
};

inline uintptr_t next_handle()
{
    static uintptr_t last = 0x51000000;
    return last += 16;
}

/// Objects by handle. Handles are numbers that are never given twice, whatever their kind: a stale or a foreign one is
/// not found, and is never followed.
template <typename T>
class Handles
{
public:
    template <typename Handle>
    T& add(Handle& handle)
    {
        handle = reinterpret_cast<Handle>(next_handle());
        return objects[reinterpret_cast<uintptr_t>(handle)];
    }

    template <typename Handle>
    T* find(Handle handle)
    {
        const auto found = objects.find(reinterpret_cast<uintptr_t>(handle));
        return found == objects.end() ? nullptr : &found->second;
    }

    template <typename Handle>
    void remove(Handle handle)
    {
        objects.erase(reinterpret_cast<uintptr_t>(handle));
    }

    void remove_of(const Context& context)
    {
        for (auto item = objects.begin(); item != objects.end();)
            item = item->second.context == &context ? objects.erase(item) : std::next(item);
    }

    auto begin() { return objects.begin(); }
    auto end() { return objects.end(); }
    auto begin() const { return objects.begin(); }
    auto end() const { return objects.end(); }

private:
    std::map<uintptr_t, T> objects;
};

/// What a library's call is to answer instead of working; of any call where no name is given.
struct PlantedStatus
{
    std::string call;
    int status;
};

/// What the hooks change.
struct Settings
{
    int driver_version = 12080;
    int device_count = 1;
    size_t total_memory = size_t{80} << 30, others_memory = 0;
    std::map<int, int> attributes;
    unsigned long long first_block = 0, block_count = ~0ull;
    std::optional<int> next_fault;
    int cublaslt_version = 120804, cudnn_version = 90800;
    int refuse_fused_graphs = 0;
    std::optional<PlantedStatus> next_status;
};

/// The usual ones, but for what RETRIEVAL_SIMULATOR_SETTINGS plans.
Settings planned_settings();

constexpr int most_devices = 8;

struct State
{
    std::mutex gate;
    bool initialised = false;
    int contexts_made = 0;
    std::array<CUcontext, most_devices> primary{};
    Handles<Context> contexts;
    Handles<Stream> streams;
    Handles<Event> events;
    Handles<Module> modules;
    Handles<Function> functions;
    Handles<Graph> graphs, executables;
    std::vector<std::shared_ptr<Capture>> captures;  // those that go on
    Settings settings = planned_settings();
    SimulatorCounters counters{};
    std::string fault_message;
};

/// Lives as long as the process.
State& state();

/// The contexts the calling thread has pushed; the last one is current.
std::vector<CUcontext>& current_contexts();

/// Runs what is left to do, then ends the context's memory and handles.
void destroy(CUcontext handle);

/// CUDA_SUCCESS and the current context, or why there is none.
CUresult find_current(Context*& context);

/// A device's attribute, if there is one of that number.
std::optional<int> attribute_of(CUdevice_attribute attribute);

/// Everything that is thrown ends here: no exception leaves the driver.
template <typename Body>
CUresult locked(Body body) noexcept
{
    try
    {
        const std::lock_guard lock(state().gate);
        return body();
    }
    catch (const std::bad_alloc&)
    {
        return CUDA_ERROR_OUT_OF_MEMORY;
    }
    catch (...)
    {
        return CUDA_ERROR_UNKNOWN;
    }
}

/// A call that needs cuInit.
template <typename Body>
CUresult initialised(Body body) noexcept
{
    return locked([&] { return state().initialised ? body() : CUDA_ERROR_NOT_INITIALIZED; });
}

/// A call that needs a current context, in which nothing has gone wrong: a fault stays with its context.
template <typename Body>
CUresult in_context(Body body) noexcept
{
    return initialised([&] {
        Context* context = nullptr;
        const CUresult result = find_current(context);
        if (result != CUDA_SUCCESS)
            return result;
        return context->fault ? static_cast<CUresult>(context->fault->code) : body(*context);
    });
}

}  // namespace simulator::driver
