// watch.h: what the engine tells the watched flavour. Elsewhere `watch` is null and nothing is told.
#pragma once

#include <cstddef>

namespace simulator
{

class Block;

struct Watch
{
    void (*begin_block)(Block& block);
    void (*barrier)(Block& block);
    void (*warp_barrier)(Block& block, int warp, unsigned lanes);
    void (*atomic)(const void* address, size_t bytes, bool reads);
};

extern const Watch* watch;

}  // namespace simulator
