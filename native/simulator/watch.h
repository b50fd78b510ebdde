// watch.h: what the engine tells the watched flavour about the running block. Elsewhere `watch` is null.
#pragma once

#include <cstddef>

namespace simulator
{

struct Watch
{
    void (*block_begins)();
    void (*block_meets)();         // all threads stand at a barrier
    void (*warp_meets)(int warp);  // all lanes that have not ended stand at __syncwarp
    void (*atomic)(const void* address, size_t bytes, bool reads);
};

extern const Watch* watch;

}  // namespace simulator
