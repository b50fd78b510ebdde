// Streams and events: what runs when, in which order, and what is refused.
#include "tests/driver_session.h"

using namespace driver_tests;

namespace
{

/// A device word, and where a test sees it without any wait of its own.
struct Word
{
    CUdeviceptr device = allocate_floats(1);
    unsigned* seen = pinned<unsigned>(1);

    void set(unsigned value, CUstream stream) const { OK(cuMemsetD32Async(device, value, 1, stream)); }

    void show(CUstream stream) const { OK(cuMemcpyDtoHAsync_v2(seen, device, 4, stream)); }
};

}  // namespace

TEST(runs_nothing_that_is_not_waited_for)
{
    const Session session;
    const Word word;
    const CUstream stream = make_stream();
    word.set(1, stream);
    word.show(stream);
    CHECK_EQUAL(*word.seen, 0u);
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(*word.seen, 1u);
}

TEST(does_not_order_streams_by_themselves)
{
    const Session session;
    const Word word;
    const CUstream first = make_stream(), second = make_stream();
    word.set(1, first);
    word.show(second);
    OK(cuStreamSynchronize(second));
    CHECK_EQUAL(*word.seen, 0u);
}

TEST(orders_streams_by_events)
{
    const Session session;
    const Word word;
    const CUstream first = make_stream(), second = make_stream();
    const CUevent event = make_event(CU_EVENT_DISABLE_TIMING);
    word.set(1, first);
    OK(cuEventRecord(event, first));
    word.set(2, first);
    OK(cuStreamWaitEvent(second, event, 0));
    word.show(second);
    OK(cuEventDestroy_v2(event));
    OK(cuStreamSynchronize(second));
    CHECK_EQUAL(*word.seen, 1u);
    word.show(first);
    OK(cuStreamSynchronize(first));
    CHECK_EQUAL(*word.seen, 2u);
}

TEST(waits_for_the_event_as_it_was_recorded)
{
    const Session session;
    const Word word;
    const CUstream first = make_stream(), second = make_stream();
    const CUevent event = make_event();
    OK(cuStreamWaitEvent(second, event, 0));
    word.set(1, first);
    OK(cuEventRecord(event, first));
    word.show(second);
    OK(cuStreamSynchronize(second));
    CHECK_EQUAL(*word.seen, 0u);
}

TEST(orders_blocking_streams_with_the_legacy_stream)
{
    const Session session;
    const Word word;
    const CUstream blocking = make_stream(0), free = make_stream();
    word.set(1, blocking);
    word.show(nullptr);
    OK(cuStreamSynchronize(reinterpret_cast<CUstream>(1)));
    CHECK_EQUAL(*word.seen, 1u);
    word.set(2, nullptr);
    word.show(blocking);
    OK(cuStreamSynchronize(blocking));
    CHECK_EQUAL(*word.seen, 2u);
    word.set(3, nullptr);
    word.show(free);
    OK(cuStreamSynchronize(free));
    CHECK_EQUAL(*word.seen, 2u);
}

TEST(is_not_ready_until_asked_twice)
{
    const Session session;
    const Word word;
    const CUstream stream = make_stream();
    const CUevent event = make_event();
    OK(cuStreamQuery(stream));
    OK(cuEventQuery(event));
    word.set(1, stream);
    word.show(stream);
    OK(cuEventRecord(event, stream));
    CHECK_EQUAL(cuEventQuery(event), CUDA_ERROR_NOT_READY);
    CHECK_EQUAL(*word.seen, 1u);
    OK(cuEventQuery(event));
    word.set(2, stream);
    CHECK_EQUAL(cuStreamQuery(stream), CUDA_ERROR_NOT_READY);
    OK(cuStreamQuery(stream));
}

TEST(finishes_what_a_destroyed_stream_had_to_do)
{
    const Session session;
    const Word word;
    const CUstream stream = make_stream();
    word.set(1, stream);
    word.show(stream);
    OK(cuStreamDestroy_v2(stream));
    CHECK_EQUAL(*word.seen, 0u);
    OK(cuCtxSynchronize());
    CHECK_EQUAL(*word.seen, 1u);
    CHECK_EQUAL(cuStreamDestroy_v2(stream), CUDA_ERROR_INVALID_HANDLE);
    const CUstream blocking = make_stream(0);
    word.set(2, blocking);
    OK(cuStreamDestroy_v2(blocking));
    word.show(nullptr);
    OK(cuStreamSynchronize(nullptr));
    CHECK_EQUAL(*word.seen, 2u);
}

TEST(follows_long_chains_between_streams)
{
    const Session session;
    const Word word;
    const CUstream streams[] = {make_stream(), make_stream()};
    for (int i = 0; i < 20000; i++)
    {
        const CUevent event = make_event(CU_EVENT_DISABLE_TIMING);
        word.set(i, streams[i % 2]);
        OK(cuEventRecord(event, streams[i % 2]));
        OK(cuStreamWaitEvent(streams[1 - i % 2], event, 0));
        OK(cuEventDestroy_v2(event));
    }
    word.show(streams[0]);
    OK(cuStreamSynchronize(streams[0]));
    CHECK_EQUAL(*word.seen, 19999u);
}

TEST(measures_the_time_between_events)
{
    const Session session;
    const Word word;
    const CUevent start = make_event(), end = make_event(), timeless = make_event(CU_EVENT_DISABLE_TIMING);
    const CUstream stream = make_stream();
    float milliseconds = -1;
    CHECK_EQUAL(cuEventElapsedTime(&milliseconds, start, end), CUDA_ERROR_INVALID_HANDLE);
    OK(cuEventRecord(start, stream));
    word.set(1, stream);
    OK(cuEventRecord(end, stream));
    CHECK_EQUAL(cuEventElapsedTime(&milliseconds, start, end), CUDA_ERROR_NOT_READY);
    OK(cuEventSynchronize(end));
    OK(cuEventElapsedTime(&milliseconds, start, end));
    CHECK(milliseconds >= 0);
    OK(cuEventRecord(timeless, stream));
    OK(cuEventSynchronize(timeless));
    CHECK_EQUAL(cuEventElapsedTime(&milliseconds, start, timeless), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuEventElapsedTime(nullptr, start, end), CUDA_ERROR_INVALID_VALUE);
}

TEST(refuses_streams_and_events_it_does_not_know)
{
    const Session session;
    CUstream made = nullptr;
    CUevent event = make_event();
    const CUstream stream = make_stream();
    CHECK_EQUAL(cuStreamCreate(&made, 2), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuStreamCreate(nullptr, 0), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuEventCreate(&event, 8), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuStreamSynchronize(reinterpret_cast<CUstream>(event)), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuEventSynchronize(reinterpret_cast<CUevent>(stream)), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuStreamQuery(reinterpret_cast<CUstream>(&made)), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuStreamWaitEvent(stream, nullptr, 0), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuStreamWaitEvent(stream, event, 7), CUDA_ERROR_INVALID_VALUE);
    CHECK_EQUAL(cuEventRecord(nullptr, stream), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuStreamDestroy_v2(nullptr), CUDA_ERROR_INVALID_HANDLE);
    OK(cuEventDestroy_v2(event));
    CHECK_EQUAL(cuEventDestroy_v2(event), CUDA_ERROR_INVALID_HANDLE);
    CHECK_EQUAL(cuEventQuery(event), CUDA_ERROR_INVALID_HANDLE);
}

TEST(takes_calls_from_many_threads)
{
    const Session session;
    constexpr int threads = 8;
    unsigned results[threads] = {};
    std::vector<std::thread> team;
    for (int i = 0; i < threads; i++)
        team.emplace_back([&, i] {
            cuCtxSetCurrent(session.context);
            CUstream stream = nullptr;
            CUdeviceptr word = 0;
            cuStreamCreate(&stream, CU_STREAM_NON_BLOCKING);
            cuMemAlloc_v2(&word, 4);
            for (int turn = 0; turn < 100; turn++)
                cuMemsetD32Async(word, 100 * i + turn, 1, stream);
            cuMemcpyDtoHAsync_v2(&results[i], word, 4, stream);
            cuMemFree_v2(word);
            cuStreamDestroy_v2(stream);
        });
    for (std::thread& thread : team)
        thread.join();
    for (int i = 0; i < threads; i++)
        CHECK_EQUAL(results[i], 100u * i + 99);
}
