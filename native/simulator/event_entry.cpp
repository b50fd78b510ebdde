// Events.
#include "simulator/capture.h"
#include "simulator/order.h"

using namespace simulator::driver;

namespace
{

/// A call that waits for an event, or asks after it.
template <typename Body>
CUresult look_at(CUevent handle, Body body)
{
    return in_context([&](Context&) {
        Event* const event = state().events.find(handle);
        if (!event)
            return CUDA_ERROR_INVALID_HANDLE;
        if (event->capture)
        {
            event->capture->invalid = true;
            return CUDA_ERROR_CAPTURED_EVENT;
        }
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        return body(*event);
    });
}

CUresult record(Event& event, Stream& stream)
{
    if (const CUresult forbidden = forbid_legacy(stream); forbidden != CUDA_SUCCESS)
        return forbidden;
    if (stream.capture && stream.capture->invalid)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    event.capture = stream.capture;
    event.frontier = stream.frontier;
    event.recorded = stream.capture ? nullptr : append(stream, nullptr);
    return CUDA_SUCCESS;
}

}  // namespace

CUresult cuEventCreate(CUevent* event, unsigned flags)
{
    return in_context([&](Context& context) {
        if (!event || (flags & ~(CU_EVENT_BLOCKING_SYNC | CU_EVENT_DISABLE_TIMING)) != 0)
            return CUDA_ERROR_INVALID_VALUE;
        Event& made = state().events.add(*event);
        made.context = &context;
        made.timed = (flags & CU_EVENT_DISABLE_TIMING) == 0;
        return CUDA_SUCCESS;
    });
}

CUresult cuEventDestroy_v2(CUevent handle)
{
    return in_context([&](Context&) {
        if (!state().events.find(handle))
            return CUDA_ERROR_INVALID_HANDLE;
        state().events.remove(handle);
        return CUDA_SUCCESS;
    });
}

CUresult cuEventRecord(CUevent handle, CUstream stream_handle)
{
    return in_context([&](Context& context) {
        Event* const event = state().events.find(handle);
        Stream* const stream = find_stream(context, stream_handle);
        if (!event || !stream || event->context != stream->context)
            return CUDA_ERROR_INVALID_HANDLE;
        return record(*event, *stream);
    });
}

/// As cuStreamQuery: what is asked after once runs, and is ready the next time.
CUresult cuEventQuery(CUevent handle)
{
    return look_at(handle, [](Event& event) {
        if (!event.recorded || event.recorded->done)
            return CUDA_SUCCESS;
        finish(event.recorded);
        return CUDA_ERROR_NOT_READY;
    });
}

CUresult cuEventSynchronize(CUevent handle)
{
    return look_at(handle, [](Event& event) {
        state().counters.waits++;
        return finish(event.recorded);
    });
}

CUresult cuEventElapsedTime(float* milliseconds, CUevent start, CUevent end)
{
    return in_context([&](Context&) {
        const Event* const first = state().events.find(start);
        const Event* const last = state().events.find(end);
        if (!milliseconds)
            return CUDA_ERROR_INVALID_VALUE;
        if (!first || !last || first->context != last->context || !first->timed || !last->timed)
            return CUDA_ERROR_INVALID_HANDLE;
        if (first->capture || last->capture)
            return CUDA_ERROR_CAPTURED_EVENT;
        if (!first->recorded || !last->recorded)
            return CUDA_ERROR_INVALID_HANDLE;
        if (!first->recorded->done || !last->recorded->done)
            return CUDA_ERROR_NOT_READY;
        *milliseconds = std::chrono::duration<float, std::milli>(last->recorded->when - first->recorded->when).count();
        return CUDA_SUCCESS;
    });
}
