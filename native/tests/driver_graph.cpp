// Capture, graphs and their replay.
#include "tests/driver_session.h"

using namespace driver_tests;

namespace
{

void begin(CUstream stream, CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_THREAD_LOCAL) { OK(cuStreamBeginCapture_v2(stream, mode)); }

CUgraphExec instantiate(CUstream captured)
{
    CUgraph graph = nullptr;
    CUgraphExec executable = nullptr;
    OK(cuStreamEndCapture(captured, &graph));
    OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
    OK(cuGraphDestroy(graph));
    return executable;
}

/// The capture of `stream` was spoilt; the stream itself is as before.
void check_invalidated(CUstream stream)
{
    CUgraph graph = reinterpret_cast<CUgraph>(1);
    CUstreamCaptureStatus status;
    OK(cuStreamIsCapturing(stream, &status));
    CHECK_EQUAL(status, CU_STREAM_CAPTURE_STATUS_INVALIDATED);
    CHECK_EQUAL(cuStreamEndCapture(stream, &graph), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK(!graph);
    OK(cuStreamIsCapturing(stream, &status));
    CHECK_EQUAL(status, CU_STREAM_CAPTURE_STATUS_NONE);
}

unsigned read(CUdeviceptr address)
{
    unsigned value = 0;
    OK(cuMemcpyDtoHAsync_v2(&value, address, 4, nullptr));
    return value;
}

}  // namespace

TEST(captures_without_running_and_replays)
{
    const Session session;
    const CUstream stream = make_stream();
    const CUfunction function = find_relu();
    const CUdeviceptr x = allocate_floats(300, 0x40000000), y = allocate_floats(300, 0x40400000);
    const SimulatorCounters before = counters();
    begin(stream);
    CUstreamCaptureStatus status;
    OK(cuStreamIsCapturing(stream, &status));
    CHECK_EQUAL(status, CU_STREAM_CAPTURE_STATUS_ACTIVE);
    OK(relu(function, x, y, 300, stream));
    const CUgraphExec executable = instantiate(stream);
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(counters().grids, before.grids);
    CHECK_EQUAL(read(y), 0x40400000u);
    for (int i = 0; i < 3; i++)
        OK(cuGraphLaunch(executable, stream));
    CHECK_EQUAL(counters().grids, before.grids);
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(counters().grids - before.grids, 3u);
    CHECK_EQUAL(counters().launches - before.launches, 1u);
    CHECK_EQUAL(counters().graph_launches - before.graph_launches, 3u);
    CHECK_EQUAL(read(y + 299 * 4), 0x40000000u);
    OK(cuGraphExecDestroy(executable));
    CHECK_EQUAL(cuGraphLaunch(executable, stream), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuGraphExecDestroy(executable), CUDA_ERROR_INVALID_VALUE);
}

TEST(replays_pinned_sources_as_they_are)
{
    const Session session;
    const CUstream stream = make_stream();
    const CUdeviceptr target = allocate_floats(1);
    unsigned* const source = pinned<unsigned>(1);
    begin(stream);
    OK(cuMemcpyHtoDAsync_v2(target, source, 4, stream));
    const CUgraphExec executable = instantiate(stream);
    for (unsigned value = 1; value < 4; value++)
    {
        *source = value;
        OK(cuGraphLaunch(executable, stream));
        OK(cuStreamSynchronize(stream));
        CHECK_EQUAL(read(target), value);
    }
}

TEST(replays_parameters_as_captured)
{
    const Session session;
    const CUstream stream = make_stream();
    const CUfunction function = find_relu();
    const CUdeviceptr x = allocate_floats(1, 0x40000000), y = allocate_floats(1);
    ReluForward arguments = {x, y, 1};
    void* parameters[] = {&arguments};
    begin(stream);
    OK(cuLaunchKernel(function, 1, 1, 1, 32, 1, 1, 0, stream, parameters, nullptr));
    arguments = {};
    const CUgraphExec executable = instantiate(stream);
    OK(cuGraphLaunch(executable, stream));
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(read(y), 0x40000000u);
}

TEST(captures_forks_and_joins_in_the_order_of_issue)
{
    const Session session;
    const CUstream first = make_stream(), second = make_stream();
    const CUevent fork = make_event(), join = make_event();
    const CUdeviceptr word = allocate_floats(1), copy = allocate_floats(1);
    begin(first);
    OK(cuMemsetD32Async(word, 1, 1, first));
    OK(cuEventRecord(fork, first));
    OK(cuStreamWaitEvent(second, fork, 0));
    CUstreamCaptureStatus status;
    OK(cuStreamIsCapturing(second, &status));
    CHECK_EQUAL(status, CU_STREAM_CAPTURE_STATUS_ACTIVE);
    OK(cuMemcpyDtoDAsync_v2(copy, word, 4, second));
    OK(cuEventRecord(join, second));
    OK(cuStreamWaitEvent(first, join, 0));
    OK(cuMemsetD32Async(word, 2, 1, first));
    const CUgraphExec executable = instantiate(first);
    OK(cuStreamIsCapturing(second, &status));
    CHECK_EQUAL(status, CU_STREAM_CAPTURE_STATUS_NONE);
    OK(cuGraphLaunch(executable, first));
    OK(cuStreamSynchronize(first));
    CHECK_EQUAL(read(word), 2u);
    CHECK_EQUAL(read(copy), 1u);
}

TEST(refuses_forks_that_are_not_joined)
{
    const Session session;
    const CUstream first = make_stream(), second = make_stream();
    const CUevent fork = make_event();
    const CUdeviceptr word = allocate_floats(1);
    CUgraph graph = nullptr;
    begin(first);
    OK(cuEventRecord(fork, first));
    OK(cuStreamWaitEvent(second, fork, 0));
    OK(cuMemsetD32Async(word, 1, 1, second));
    CHECK_EQUAL(cuStreamEndCapture(second, &graph), CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
    CHECK_EQUAL(cuStreamEndCapture(first, &graph), CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
    CHECK(!graph);
    OK(cuStreamSynchronize(second));
}

TEST(invalidates_a_capture_that_is_waited_for)
{
    const Session session;
    const CUstream stream = make_stream();
    const CUevent event = make_event();
    const CUdeviceptr word = allocate_floats(1);
    const CUfunction function = find_relu();
    begin(stream);
    CHECK_EQUAL(cuStreamSynchronize(stream), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    CHECK_EQUAL(cuMemsetD8Async(word, 0, 4, stream), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK_EQUAL(relu(function, word, word, 1, stream), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK_EQUAL(cuEventRecord(event, stream), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    CHECK_EQUAL(cuStreamWaitEvent(stream, event, 0), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    check_invalidated(stream);
    OK(cuStreamSynchronize(stream));
    begin(stream);
    CHECK_EQUAL(cuStreamQuery(stream), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    check_invalidated(stream);
    begin(stream, CU_STREAM_CAPTURE_MODE_RELAXED);
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    check_invalidated(stream);
    begin(stream);
    OK(cuEventRecord(event, stream));
    CHECK_EQUAL(cuEventSynchronize(event), CUDA_ERROR_CAPTURED_EVENT);
    CHECK_EQUAL(cuStreamWaitEvent(make_stream(), event, 0), CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    check_invalidated(stream);
    float milliseconds = 0;
    CHECK_EQUAL(cuEventElapsedTime(&milliseconds, event, event), CUDA_ERROR_CAPTURED_EVENT);
    CHECK_EQUAL(cuEventQuery(event), CUDA_ERROR_CAPTURED_EVENT);
    CHECK_EQUAL(cuStreamWaitEvent(stream, event, 0), CUDA_ERROR_CAPTURED_EVENT);
    OK(cuEventRecord(event, stream));
    OK(cuEventSynchronize(event));
}

TEST(invalidates_a_capture_that_memory_passes_by)
{
    const Session session;
    const CUstream stream = make_stream(), other = make_stream();
    const CUdeviceptr word = allocate_floats(1);
    unsigned* const locked = pinned<unsigned>(1);
    unsigned pageable = 0;
    CUdeviceptr address = 0;
    void* host = nullptr;
    CUmodule module = nullptr;
    const CUmodule loaded = load_relu();
    const auto forbids = [&](CUresult result) {
        CHECK_EQUAL(result, CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
        check_invalidated(stream);
        begin(stream);
    };
    begin(stream);
    forbids(cuMemAlloc_v2(&address, 4));
    forbids(cuMemFree_v2(word));
    forbids(cuMemHostAlloc(&host, 4, 0));
    forbids(cuMemFreeHost(locked));
    forbids(cuModuleLoadDataEx(&module, relu_text, 0, nullptr, nullptr));
    forbids(cuModuleUnload(loaded));
    forbids(cuStreamSynchronize(other));
    forbids(cuEventQuery(make_event()));
    forbids(cuMemcpyHtoDAsync_v2(word, &pageable, 4, stream));
    forbids(cuMemcpyDtoHAsync_v2(&pageable, word, 4, stream));
    CUgraph graph = nullptr;
    OK(cuStreamEndCapture(stream, &graph));
}

TEST(forbids_other_threads_only_what_the_mode_does)
{
    const Session session;
    const CUstream stream = make_stream();
    CUgraph graph = nullptr;
    const auto elsewhere = [&] {
        CUresult result = CUDA_SUCCESS;
        std::thread([&] {
            CUdeviceptr address = 0;
            cuCtxSetCurrent(session.context);
            result = cuMemAlloc_v2(&address, 4);
        }).join();
        return result;
    };
    begin(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    OK(elsewhere());
    OK(cuStreamEndCapture(stream, &graph));
    begin(stream, CU_STREAM_CAPTURE_MODE_GLOBAL);
    CHECK_EQUAL(elsewhere(), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    check_invalidated(stream);
    begin(stream, CU_STREAM_CAPTURE_MODE_RELAXED);
    OK(elsewhere());
    allocate(4);
    CUresult ended = CUDA_ERROR_UNKNOWN;
    std::thread([&] {
        cuCtxSetCurrent(session.context);
        ended = cuStreamEndCapture(stream, &graph);
    }).join();
    OK(ended);
    begin(stream);
    std::thread([&] {
        cuCtxSetCurrent(session.context);
        ended = cuStreamEndCapture(stream, &graph);
    }).join();
    CHECK_EQUAL(ended, CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    OK(cuStreamEndCapture(stream, &graph));
}

TEST(forbids_nothing_to_a_thread_that_asks_for_it)
{
    const Session session;
    const CUstream stream = make_stream();
    CUgraph graph = nullptr;
    CUdeviceptr address = 0;
    CUstreamCaptureMode mode = CU_STREAM_CAPTURE_MODE_RELAXED;
    begin(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    OK(cuThreadExchangeStreamCaptureMode(&mode));
    CHECK_EQUAL(mode, CU_STREAM_CAPTURE_MODE_GLOBAL);
    OK(cuMemAlloc_v2(&address, 4));
    OK(cuThreadExchangeStreamCaptureMode(&mode));
    CHECK_EQUAL(mode, CU_STREAM_CAPTURE_MODE_RELAXED);
    OK(cuStreamEndCapture(stream, &graph));
    begin(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    CHECK_EQUAL(cuMemAlloc_v2(&address, 4), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    check_invalidated(stream);
    mode = static_cast<CUstreamCaptureMode>(3);
    CHECK_EQUAL(cuThreadExchangeStreamCaptureMode(&mode), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuThreadExchangeStreamCaptureMode(nullptr), CUDA_ERROR_INVALID_VALUE);
}

TEST(keeps_captures_apart_from_other_work)
{
    const Session session;
    const CUstream first = make_stream(), second = make_stream();
    const CUevent live = make_event(), captured = make_event();
    CUgraph graph = nullptr;
    OK(cuEventRecord(live, second));
    begin(first);
    CHECK_EQUAL(cuStreamWaitEvent(first, live, 0), CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
    check_invalidated(first);
    begin(first);
    begin(second);
    OK(cuEventRecord(captured, first));
    CHECK_EQUAL(cuStreamWaitEvent(second, captured, 0), CUDA_ERROR_STREAM_CAPTURE_MERGE);
    check_invalidated(first);
    check_invalidated(second);
    CHECK_EQUAL(cuStreamEndCapture(first, &graph), CUDA_ERROR_ILLEGAL_STATE);
}

TEST(leaves_the_legacy_stream_alone)
{
    const Session session;
    const CUstream blocking = make_stream(0), free = make_stream();
    const CUdeviceptr word = allocate_floats(1);
    CUstreamCaptureStatus status;
    CUgraph graph = nullptr;
    CHECK_EQUAL(cuStreamBeginCapture_v2(nullptr, CU_STREAM_CAPTURE_MODE_RELAXED), CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED);
    begin(blocking);
    CHECK_EQUAL(cuStreamIsCapturing(nullptr, &status), CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    const CUevent event = make_event(), captured = make_event();
    const auto refuses = [&](CUresult result) {
        CHECK_EQUAL(result, CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
        check_invalidated(blocking);
        begin(blocking);
        OK(cuEventRecord(captured, blocking));
    };
    OK(cuEventRecord(captured, blocking));
    refuses(cuMemsetD8Async(word, 0, 4, nullptr));
    refuses(cuStreamSynchronize(nullptr));
    refuses(cuEventRecord(event, nullptr));
    refuses(cuStreamWaitEvent(nullptr, event, 0));
    refuses(cuStreamWaitEvent(nullptr, captured, 0));
    OK(cuStreamEndCapture(blocking, &graph));
    begin(free);
    OK(cuMemsetD8Async(word, 0, 4, nullptr));
    OK(cuStreamEndCapture(free, &graph));
}

TEST(refuses_graphs_and_captures_out_of_place)
{
    const Session session;
    const CUstream stream = make_stream();
    CUgraph graph = nullptr;
    CUgraphExec executable = nullptr;
    CUstreamCaptureStatus status;
    CHECK_EQUAL(cuStreamEndCapture(stream, &graph), CUDA_ERROR_ILLEGAL_STATE);
    CHECK_EQUAL(cuStreamEndCapture(stream, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuStreamBeginCapture_v2(stream, static_cast<CUstreamCaptureMode>(5)), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuStreamBeginCapture_v2(reinterpret_cast<CUstream>(&graph), CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuStreamIsCapturing(stream, nullptr), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuStreamIsCapturing(reinterpret_cast<CUstream>(&graph), &status), CUDA_ERROR_INVALID_HANDLE);
    begin(stream);
    CHECK_EQUAL(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_GLOBAL), CUDA_ERROR_ILLEGAL_STATE);
    OK(cuStreamEndCapture(stream, &graph));
    CHECK_EQUAL(cuGraphInstantiateWithFlags(&executable, graph, 2), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuGraphInstantiateWithFlags(&executable, nullptr, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuGraphInstantiateWithFlags(nullptr, graph, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuGraphLaunch(nullptr, stream), CUDA_ERROR_INVALID_VALUE);
    OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
    CHECK_EQUAL(cuGraphLaunch(executable, reinterpret_cast<CUstream>(&graph)), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuStreamEndCapture(reinterpret_cast<CUstream>(&graph), &graph), CUDA_ERROR_INVALID_HANDLE);
    OK(cuGraphDestroy(graph));
    CHECK_EQUAL(cuGraphDestroy(graph), CUDA_ERROR_INVALID_VALUE);
}

TEST(ends_a_capture_with_its_stream)
{
    const Session session;
    const CUstream first = make_stream(), second = make_stream();
    const CUevent fork = make_event();
    begin(first);
    OK(cuEventRecord(fork, first));
    OK(cuStreamWaitEvent(second, fork, 0));
    OK(cuStreamDestroy_v2(first));
    OK(cuStreamSynchronize(second));
    CHECK_EQUAL(cuStreamWaitEvent(second, fork, 0), CUDA_ERROR_CAPTURED_EVENT);
}

TEST(faults_where_memory_went_before_a_replay)
{
    const Session session;
    const CUstream stream = make_stream();
    const CUdeviceptr word = allocate_floats(1);
    begin(stream);
    OK(cuMemsetD32Async(word, 1, 1, stream));
    const CUgraphExec executable = instantiate(stream);
    OK(cuMemFree_v2(word));
    OK(cuGraphLaunch(executable, stream));
    CHECK_EQUAL(cuStreamSynchronize(stream), CUDA_ERROR_ILLEGAL_ADDRESS);
}
