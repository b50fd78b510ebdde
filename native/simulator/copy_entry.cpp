// Copies and memsets: checked when they are issued, and again when they run, since a graph may outlive its memory.
#include <cstring>

#include "simulator/capture.h"
#include "simulator/memory.h"
#include "simulator/order.h"

using namespace simulator::driver;
using simulator::Fault;
using simulator::Space;

namespace
{

enum class Place
{
    pageable,  // ordinary memory of the process
    pinned,
    device,
    nowhere  // out of an allocation's bounds, or freed
};

Place place_of(const void* address, size_t bytes)
{
    if (!simulator::is_simulated(address))
        return Place::pageable;
    if (!simulator::contains(address, bytes))
        return Place::nowhere;
    return simulator::find(address)->space == Space::pinned ? Place::pinned : Place::device;
}

/// Pinned memory has one address for host and device.
bool is_for_device(const void* address, size_t bytes)
{
    const Place place = place_of(address, bytes);
    return place == Place::device || place == Place::pinned;
}

bool is_for_host(const void* address, size_t bytes)
{
    const Place place = place_of(address, bytes);
    return address && (place == Place::pageable || place == Place::pinned);
}

Fault missing(const char* what, const void* address, size_t bytes)
{
    return {simulator::illegal_address, std::string(what) + " " + simulator::describe(address, bytes)};
}

Work copy(char* target, const char* source, size_t bytes, std::shared_ptr<const std::vector<char>> snapshot = nullptr)
{
    return [=]() -> std::optional<Fault> {
        if (place_of(target, bytes) == Place::nowhere)
            return missing("a copy writes", target, bytes);
        if (!snapshot && place_of(source, bytes) == Place::nowhere)
            return missing("a copy reads", source, bytes);
        memmove(target, snapshot ? snapshot->data() : source, bytes);
        if (simulator::is_simulated(target))
            simulator::copy_initialised(target, snapshot ? nullptr : source, bytes);
        return std::nullopt;
    };
}

template <typename T>
Work fill(T* target, T value, size_t count)
{
    return [=]() -> std::optional<Fault> {
        if (place_of(target, count * sizeof(T)) == Place::nowhere)
            return missing("a memset writes", target, count * sizeof(T));
        std::fill_n(target, count, value);
        simulator::mark_initialised(target, count * sizeof(T));
        return std::nullopt;
    };
}

/// A stream's work that moves bytes. Nothing to move is nothing to check but the stream.
template <typename Body>
CUresult move(CUstream handle, size_t bytes, Body body)
{
    return in_context([&](Context& context) {
        Stream* const stream = find_stream(context, handle);
        if (!stream)
            return CUDA_ERROR_INVALID_HANDLE;
        if (stream->capture && stream->capture->invalid)
            return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
        state().counters.copies++;
        return bytes == 0 ? CUDA_SUCCESS : body(*stream);
    });
}

/// A capture cannot hold what is read at the call or waited for.
CUresult forbid_pageable(Stream& stream)
{
    if (!stream.capture)
        return CUDA_SUCCESS;
    stream.capture->invalid = true;
    return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
}

template <typename T>
CUresult set(CUdeviceptr target, T value, size_t count, CUstream handle)
{
    return move(handle, count, [&](Stream& stream) {
        T* const first = reinterpret_cast<T*>(target);
        if (target % sizeof(T) != 0 || count > SIZE_MAX / sizeof(T) || !is_for_device(first, count * sizeof(T)))
            return CUDA_ERROR_INVALID_VALUE;
        return enqueue(stream, fill(first, value, count));
    });
}

}  // namespace

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void* source, size_t bytes, CUstream handle)
{
    return move(handle, bytes, [&](Stream& stream) {
        char* const to = reinterpret_cast<char*>(target);
        const char* const from = static_cast<const char*>(source);
        if (!is_for_device(to, bytes) || !is_for_host(from, bytes))
            return CUDA_ERROR_INVALID_VALUE;
        if (place_of(from, bytes) == Place::pinned)
            return enqueue(stream, copy(to, from, bytes));
        const CUresult forbidden = forbid_pageable(stream);
        return forbidden != CUDA_SUCCESS ? forbidden : enqueue(stream, copy(to, from, bytes, std::make_shared<const std::vector<char>>(from, from + bytes)));
    });
}

CUresult cuMemcpyDtoHAsync_v2(void* target, CUdeviceptr source, size_t bytes, CUstream handle)
{
    return move(handle, bytes, [&](Stream& stream) {
        char* const to = static_cast<char*>(target);
        const char* const from = reinterpret_cast<const char*>(source);
        if (!is_for_host(to, bytes) || !is_for_device(from, bytes))
            return CUDA_ERROR_INVALID_VALUE;
        if (place_of(to, bytes) == Place::pinned)
            return enqueue(stream, copy(to, from, bytes));
        if (const CUresult forbidden = forbid_pageable(stream); forbidden != CUDA_SUCCESS)
            return forbidden;
        state().counters.waits++;
        const CUresult queued = enqueue(stream, copy(to, from, bytes));
        return queued != CUDA_SUCCESS ? queued : finish(stream.last);
    });
}

CUresult cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream handle)
{
    return move(handle, bytes, [&](Stream& stream) {
        char* const to = reinterpret_cast<char*>(target);
        const char* const from = reinterpret_cast<const char*>(source);
        if (!is_for_device(to, bytes) || !is_for_device(from, bytes))
            return CUDA_ERROR_INVALID_VALUE;
        return enqueue(stream, copy(to, from, bytes));
    });
}

CUresult cuMemsetD8Async(CUdeviceptr target, unsigned char value, size_t count, CUstream stream) { return set(target, value, count, stream); }

CUresult cuMemsetD16Async(CUdeviceptr target, unsigned short value, size_t count, CUstream stream) { return set(target, value, count, stream); }

CUresult cuMemsetD32Async(CUdeviceptr target, unsigned value, size_t count, CUstream stream) { return set(target, value, count, stream); }
