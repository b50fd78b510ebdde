// Captures and the graphs they leave. A graph replays its works in the order in which they were issued.
#include "simulator/capture.h"
#include "simulator/order.h"

#include <utility>

using namespace simulator::driver;

namespace
{

Work replay(std::shared_ptr<const std::vector<Work>> works)
{
    return [works = std::move(works)]() -> std::optional<simulator::Fault> {
        for (const Work& work : *works)
            if (std::optional<simulator::Fault> fault = work())
                return fault;
        return std::nullopt;
    };
}

CUresult end_capture(Stream& stream, CUgraph* graph)
{
    *graph = nullptr;
    const std::shared_ptr<Capture> capture = stream.capture;
    if (!capture)
        return CUDA_ERROR_ILLEGAL_STATE;
    if (capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && capture->thread != std::this_thread::get_id())
        return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    if (capture->origin != &stream)
        return CUDA_ERROR_STREAM_CAPTURE_UNMATCHED;
    const bool whole = joined(*capture);
    end(*capture);
    if (capture->invalid)
        return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    if (!whole)
        return CUDA_ERROR_STREAM_CAPTURE_UNJOINED;
    state().graphs.add(*graph).works = std::make_shared<const std::vector<Work>>(std::move(capture->works));
    return CUDA_SUCCESS;
}

template <typename Handle>
CUresult remove(Handles<Graph>& graphs, Handle handle)
{
    return initialised([&] {
        if (!graphs.find(handle))
            return CUDA_ERROR_INVALID_VALUE;
        graphs.remove(handle);
        return CUDA_SUCCESS;
    });
}

}  // namespace

CUresult cuStreamBeginCapture_v2(CUstream handle, CUstreamCaptureMode mode)
{
    return in_context([&](Context& context) {
        Stream* const stream = find_stream(context, handle);
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        if (mode < CU_STREAM_CAPTURE_MODE_GLOBAL || mode > CU_STREAM_CAPTURE_MODE_RELAXED)
            return CUDA_ERROR_INVALID_VALUE;
        if (stream == &context.legacy)
            return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        if (stream->capture)
            return CUDA_ERROR_ILLEGAL_STATE;
        auto capture = std::make_shared<Capture>();
        capture->context = stream->context;
        capture->origin = stream;
        capture->mode = mode;
        capture->thread = std::this_thread::get_id();
        stream->capture = capture;
        state().captures.push_back(std::move(capture));
        return CUDA_SUCCESS;
    });
}

CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode)
{
    return initialised([&] {
        if (!mode || *mode < CU_STREAM_CAPTURE_MODE_GLOBAL || *mode > CU_STREAM_CAPTURE_MODE_RELAXED)
            return CUDA_ERROR_INVALID_VALUE;
        std::swap(*mode, thread_mode());
        return CUDA_SUCCESS;
    });
}

CUresult cuStreamEndCapture(CUstream handle, CUgraph* graph)
{
    return in_context([&](Context& context) {
        Stream* const stream = find_stream(context, handle);
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        return graph ? end_capture(*stream, graph) : CUDA_ERROR_INVALID_VALUE;
    });
}

CUresult cuStreamIsCapturing(CUstream handle, CUstreamCaptureStatus* status)
{
    return in_context([&](Context& context) {
        Stream* const stream = find_stream(context, handle);
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        if (!status)
            return CUDA_ERROR_INVALID_VALUE;
        if (stream == &context.legacy && legacy_is_unusable(context))
            return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
        *status = !stream->capture           ? CU_STREAM_CAPTURE_STATUS_NONE
                  : stream->capture->invalid ? CU_STREAM_CAPTURE_STATUS_INVALIDATED
                                             : CU_STREAM_CAPTURE_STATUS_ACTIVE;
        return CUDA_SUCCESS;
    });
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec* executable, CUgraph handle, unsigned long long flags)
{
    return in_context([&](Context&) {
        const Graph* const graph = state().graphs.find(handle);
        if (!executable || !graph || flags != 0)
            return CUDA_ERROR_INVALID_VALUE;
        state().executables.add(*executable).works = graph->works;
        return CUDA_SUCCESS;
    });
}

CUresult cuGraphLaunch(CUgraphExec handle, CUstream stream_handle)
{
    return in_context([&](Context& context) {
        const Graph* const executable = state().executables.find(handle);
        Stream* const stream = find_stream(context, stream_handle);
        if (!executable)
            return CUDA_ERROR_INVALID_VALUE;
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        state().counters.graph_launches++;
        return enqueue(*stream, replay(executable->works));
    });
}

CUresult cuGraphExecDestroy(CUgraphExec executable) { return remove(state().executables, executable); }

CUresult cuGraphDestroy(CUgraph graph) { return remove(state().graphs, graph); }
