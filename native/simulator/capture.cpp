#include "simulator/capture.h"

#include <algorithm>

namespace simulator::driver
{

CUstreamCaptureMode& thread_mode()
{
    thread_local CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_GLOBAL;
    return mode;
}

CUresult forbid_while_capturing()
{
    if (thread_mode() == CU_STREAM_CAPTURE_MODE_RELAXED)
        return CUDA_SUCCESS;
    CUresult result = CUDA_SUCCESS;
    for (const std::shared_ptr<Capture>& capture : state().captures)
    {
        const bool ours = capture->thread == std::this_thread::get_id();
        const bool others = capture->mode == CU_STREAM_CAPTURE_MODE_GLOBAL && thread_mode() == CU_STREAM_CAPTURE_MODE_GLOBAL;
        if ((capture->mode != CU_STREAM_CAPTURE_MODE_RELAXED && ours) || others)
        {
            capture->invalid = true;
            result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        }
    }
    return result;
}

CUresult forbid_while_capturing(const Context& context)
{
    CUresult result = forbid_while_capturing();
    for (const std::shared_ptr<Capture>& capture : state().captures)
        if (capture->context == &context)
        {
            capture->invalid = true;
            result = CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
        }
    return result;
}

bool legacy_is_unusable(const Context& context)
{
    const Handles<Stream>& streams = state().streams;
    return std::any_of(streams.begin(), streams.end(), [&](const auto& item) { return item.second.context == &context && item.second.blocking && item.second.capture; });
}

CUresult forbid_legacy(Stream& stream)
{
    if (&stream != &stream.context->legacy || !legacy_is_unusable(*stream.context))
        return CUDA_SUCCESS;
    for (auto& [handle, other] : state().streams)
        if (other.context == stream.context && other.blocking && other.capture)
            other.capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;
}

void end(Capture& capture)
{
    State& all = state();
    capture.ended = true;
    for (auto& [handle, stream] : all.streams)
        if (stream.capture.get() == &capture)
        {
            stream.frontier.clear();
            stream.capture = nullptr;
        }
    all.captures.erase(std::remove_if(all.captures.begin(), all.captures.end(), [&](const auto& other) { return other.get() == &capture; }), all.captures.end());
}

bool joined(const Capture& capture)
{
    std::vector<bool> reached(capture.works.size());
    std::vector<int> open = capture.origin->frontier;
    while (!open.empty())
    {
        const int work = open.back();
        open.pop_back();
        if (reached[work])
            continue;
        reached[work] = true;
        open.insert(open.end(), capture.after[work].begin(), capture.after[work].end());
    }
    return std::all_of(reached.begin(), reached.end(), [](bool is) { return is; });
}

}  // namespace simulator::driver
