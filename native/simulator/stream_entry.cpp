// Streams.
#include <algorithm>

#include "simulator/capture.h"
#include "simulator/order.h"

using namespace simulator::driver;

namespace
{

/// A call that waits for a stream, or asks after it.
template <typename Body>
CUresult look_at(CUstream handle, Body body)
{
    return in_context([&](Context& context) {
        Stream* const stream = find_stream(context, handle);
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        if (const CUresult forbidden = forbid_legacy(*stream); forbidden != CUDA_SUCCESS)
            return forbidden;
        if (stream->capture)
        {
            stream->capture->invalid = true;
            return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        }
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        return body(*stream);
    });
}

CUresult refuse(Capture& capture, CUresult result)
{
    capture.invalid = true;
    return result;
}

/// A fork into a capture, or a join within it.
CUresult wait_captured(Stream& stream, const Event& event)
{
    Capture& capture = *event.capture;
    if (capture.ended)
        return CUDA_ERROR_CAPTURED_EVENT;
    if (stream.capture && stream.capture != event.capture)
    {
        capture.invalid = true;
        return refuse(*stream.capture, CUDA_ERROR_STREAM_CAPTURE_MERGE);
    }
    if (&stream == &stream.context->legacy)
        return refuse(capture, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    if (capture.invalid)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    stream.capture = event.capture;
    for (const int work : event.frontier)
        if (std::find(stream.frontier.begin(), stream.frontier.end(), work) == stream.frontier.end())
            stream.frontier.push_back(work);
    return CUDA_SUCCESS;
}

CUresult wait(Stream& stream, const Event& event)
{
    if (event.capture)
        return wait_captured(stream, event);
    if (stream.capture && stream.capture->invalid)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (stream.capture && event.recorded)
        return refuse(*stream.capture, CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    if (const CUresult forbidden = forbid_legacy(stream); forbidden != CUDA_SUCCESS)
        return forbidden;
    if (event.recorded)
        append(stream, nullptr, event.recorded);
    return CUDA_SUCCESS;
}

}  // namespace

CUresult cuStreamCreate(CUstream* stream, unsigned flags)
{
    return in_context([&](Context& context) {
        if (!stream || (flags & ~CU_STREAM_NON_BLOCKING) != 0)
            return CUDA_ERROR_INVALID_VALUE;
        Stream& made = state().streams.add(*stream);
        made.context = &context;
        made.blocking = (flags & CU_STREAM_NON_BLOCKING) == 0;
        return CUDA_SUCCESS;
    });
}

/// Returns at once; what the stream has left to do is still done.
CUresult cuStreamDestroy_v2(CUstream handle)
{
    return in_context([&](Context&) {
        Stream* const stream = state().streams.find(handle);
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        if (stream->last && !stream->last->done)
            stream->context->orphans.push_back(stream->last);
        if (const std::shared_ptr<Capture> capture = stream->capture)
        {
            capture->invalid = true;
            if (capture->origin == stream)
                end(*capture);
        }
        state().streams.remove(handle);
        return CUDA_SUCCESS;
    });
}

CUresult cuStreamSynchronize(CUstream handle)
{
    return look_at(handle, [](Stream& stream) {
        state().counters.waits++;
        return finish(stream.last);
    });
}

/// Work that nobody waited for is not ready yet. It runs now, so that a host that asks again is not kept for ever.
CUresult cuStreamQuery(CUstream handle)
{
    return look_at(handle, [](Stream& stream) {
        if (!stream.last || stream.last->done)
            return CUDA_SUCCESS;
        finish(stream.last);
        return CUDA_ERROR_NOT_READY;
    });
}

CUresult cuStreamWaitEvent(CUstream handle, CUevent event_handle, unsigned flags)
{
    return in_context([&](Context& context) {
        Stream* const stream = find_stream(context, handle);
        const Event* const event = state().events.find(event_handle);
        if (!stream || !event)
            return CUDA_ERROR_INVALID_HANDLE;
        return flags != 0 ? CUDA_ERROR_INVALID_VALUE : wait(*stream, *event);
    });
}
