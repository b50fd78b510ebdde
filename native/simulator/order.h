// order.h: when work runs. Streams only note it, each piece with what it comes after; it runs when somebody waits for
// it, and nothing that is not waited for runs: as lazy as the driver may be. A capturing stream hands its work to the
// capture instead.
#pragma once

#include "simulator/state.h"

namespace simulator::driver
{

/// The stream behind a handle; null and 1 are the context's legacy stream.
Stream* find_stream(Context& context, CUstream handle);

/// Appends work to a stream, or to the graph it captures.
CUresult enqueue(Stream& stream, Work work);

/// A task that comes after all that the stream has, and the legacy stream where it matters.
std::shared_ptr<Task> append(Stream& stream, Work work, std::shared_ptr<Task> also_after = nullptr);

/// Runs a task and all before it. CUDA_SUCCESS, or the fault that its context has had.
CUresult finish(const std::shared_ptr<Task>& task);

/// Everything in the context.
CUresult finish_all(Context& context);

}  // namespace simulator::driver
