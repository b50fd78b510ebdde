#include "simulator/order.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <exception>

#include "simulator/capture.h"

namespace simulator::driver
{

namespace
{

/// What the simulator itself cannot do ends the work as a fault does.
std::optional<Fault> attempt(const Work& work)
{
    try
    {
        return work();
    }
    catch (const std::exception& failure)
    {
        return Fault{CUDA_ERROR_UNKNOWN, failure.what()};
    }
}

void execute(Task& task)
{
    if (task.work && !task.context->fault)
    {
        task.context->fault = attempt(task.work);
        if (task.context->fault)
        {
            state().fault_message = task.context->fault->message;
            fprintf(stderr, "simulator: %s\n", task.context->fault->message.c_str());
        }
    }
    task.work = nullptr;
    task.after.clear();
    task.when = std::chrono::steady_clock::now();
    task.done = true;
}

void add_unless_done(std::vector<std::shared_ptr<Task>>& after, const std::shared_ptr<Task>& task)
{
    if (task && !task->done)
        after.push_back(task);
}

}  // namespace

Stream* find_stream(Context& context, CUstream handle)
{
    constexpr uintptr_t legacy = 1;
    if (!handle || reinterpret_cast<uintptr_t>(handle) == legacy)
        return &context.legacy;
    return state().streams.find(handle);
}

std::shared_ptr<Task> append(Stream& stream, Work work, std::shared_ptr<Task> also_after)
{
    auto task = std::make_shared<Task>();
    task->context = stream.context;
    task->work = std::move(work);
    Stream& legacy = stream.context->legacy;
    add_unless_done(task->after, stream.last);
    add_unless_done(task->after, also_after);
    if (&stream == &legacy)
    {
        for (auto& [handle, other] : state().streams)
            if (other.context == stream.context && other.blocking)
                add_unless_done(task->after, other.last);
        for (const std::shared_ptr<Task>& orphan : stream.context->orphans)
            add_unless_done(task->after, orphan);
    }
    if (&stream != &legacy && stream.blocking)
        add_unless_done(task->after, legacy.last);
    stream.last = task;
    return task;
}

CUresult enqueue(Stream& stream, Work work)
{
    if (const CUresult result = forbid_legacy(stream); result != CUDA_SUCCESS)
        return result;
    if (!stream.capture)
    {
        append(stream, std::move(work));
        return CUDA_SUCCESS;
    }
    Capture& capture = *stream.capture;
    if (capture.invalid)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    capture.works.push_back(std::move(work));
    capture.after.push_back(std::move(stream.frontier));
    stream.frontier = {static_cast<int>(capture.works.size()) - 1};
    return CUDA_SUCCESS;
}

CUresult finish(const std::shared_ptr<Task>& task)
{
    if (!task)
        return CUDA_SUCCESS;
    std::vector<std::shared_ptr<Task>> path = {task};
    while (!path.empty())
    {
        const std::shared_ptr<Task> next = path.back();
        const auto open = std::find_if(next->after.begin(), next->after.end(), [](const auto& before) { return !before->done; });
        if (!next->done && open != next->after.end())
        {
            path.push_back(*open);
            continue;
        }
        path.pop_back();
        if (!next->done)
            execute(*next);
    }
    return task->context->fault ? static_cast<CUresult>(task->context->fault->code) : CUDA_SUCCESS;
}

CUresult finish_all(Context& context)
{
    finish(context.legacy.last);
    for (auto& [handle, stream] : state().streams)
        if (stream.context == &context)
            finish(stream.last);
    for (const std::shared_ptr<Task>& task : context.orphans)
        finish(task);
    context.orphans.clear();
    return context.fault ? static_cast<CUresult>(context.fault->code) : CUDA_SUCCESS;
}

}  // namespace simulator::driver
