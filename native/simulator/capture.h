// capture.h: what holds while streams record graphs instead of work.
#pragma once

#include "simulator/state.h"

namespace simulator::driver
{

/// What the calling thread has asked for besides its captures' modes.
CUstreamCaptureMode& thread_mode();

/// For calls that would pass a capture by: forbids them where a capture's mode and the
/// thread's do, and ends its use.
CUresult forbid_while_capturing();

/// For calls that wait for all of a context: no capture in it outlives them, whatever its mode.
CUresult forbid_while_capturing(const Context& context);

/// Whether a blocking stream of the context captures: its legacy stream cannot be used meanwhile.
bool legacy_is_unusable(const Context& context);

/// For the legacy stream, which would make a blocking stream's capture depend on it.
CUresult forbid_legacy(Stream& stream);

/// Ends a capture: its streams are as before.
void end(Capture& capture);

/// Whether all that was captured comes before the end of its first stream.
bool joined(const Capture& capture);

}  // namespace simulator::driver
