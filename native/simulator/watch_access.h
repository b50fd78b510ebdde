// watch_access.h: an access of a kernel, checked before it happens.
#pragma once

#include <cstddef>

#include "simulator/shadow.h"

namespace simulator
{

/// Ends the grid if the running thread must not touch these bytes now. `reads`: an atomic that needs what was there;
/// `alignment`: what the address must be a multiple of. Does nothing outside a running block.
void check(const void* address, size_t bytes, Access access, bool reads, size_t alignment, const void* site);

}  // namespace simulator
