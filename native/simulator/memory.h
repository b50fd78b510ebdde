// memory.h: device memory and pinned host memory of the simulated devices.
//
// An allocation is as long as it was asked for, to the byte, and lies against pages that fault. Its addresses are never
// given again, so what is used after it was freed is told from what never was memory. Pages are reserved, not committed:
// tests may reach past 2^31 elements. Fresh device memory reads as 0xff bytes, which is no number in f32 and bf16; the
// watched flavour (SIMULATOR_WATCHED) knows for every byte besides whether it was ever written.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace simulator
{

enum class Space
{
    device,
    pinned
};

struct Allocation
{
    char* address;
    size_t bytes;
    Space space;
    int owner;  // the number of the context
    bool live;
};

/// Null if the address space or the pages cannot be had. The address is a multiple of 256, which is all that a driver
/// promises.
void* allocate(size_t bytes, Space space, int owner = 0);

/// Ends the allocation that begins at `address`. False if none that lives does.
bool free(const void* address, Space space);

/// Ends all allocations of a context.
void free_all(int owner);

/// The allocation, alive or freed, around an address.
std::optional<Allocation> find(const void* address);

/// Whether an address is one that was or will be an allocation's; all others belong to the host alone.
bool is_simulated(const void* address);

/// Whether the bytes lie inside one live allocation. Takes no lock: the watched kernels ask for each access.
bool contains(const void* address, size_t bytes);

/// Whether each of the bytes, which `contains` holds, was written since it was allocated. Pinned memory always counts
/// as written, since the host writes it unseen; so does everything in a flavour that does not watch.
bool is_initialised(const void* address, size_t bytes);
void mark_initialised(const void* address, size_t bytes);

/// After a copy: the target's bytes are as initialised as the source's. Bytes from the host are.
void copy_initialised(const void* target, const void* source, size_t bytes);

/// For messages: how the bytes lie to the allocation next to them, "4 bytes at 0x.., 16 past the end of ...".
std::string describe(const void* address, size_t bytes);

}  // namespace simulator
