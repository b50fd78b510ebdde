// watch_hooks.cpp: what code compiled with -fsanitize=thread calls at each access. These stand in for the runtime of that
// sanitizer, which knows OS threads but not fibers, blocks or device memory. The kernels' atomics are calls into
// atomics.cpp: an atomic operation of any other kind in a kernel does not link here.
#include <cstring>

#include "simulator/watch_access.h"

using simulator::Access;
using simulator::check;

#define WATCH(bytes)                                                                                                                                                 \
    extern "C" void __tsan_read##bytes(const void* address) { check(address, bytes, Access::read, true, bytes, __builtin_return_address(0)); }                    \
    extern "C" void __tsan_write##bytes(const void* address) { check(address, bytes, Access::write, false, bytes, __builtin_return_address(0)); }                 \
    extern "C" void __tsan_unaligned_read##bytes(const void* address) { check(address, bytes, Access::read, true, 1, __builtin_return_address(0)); }              \
    extern "C" void __tsan_unaligned_write##bytes(const void* address) { check(address, bytes, Access::write, false, 1, __builtin_return_address(0)); }

WATCH(1)
WATCH(2)
WATCH(4)
WATCH(8)
WATCH(16)

extern "C" void __tsan_read_range(const void* address, unsigned long bytes) { check(address, bytes, Access::read, true, 1, __builtin_return_address(0)); }
extern "C" void __tsan_write_range(const void* address, unsigned long bytes) { check(address, bytes, Access::write, false, 1, __builtin_return_address(0)); }

// Newer clangs call these for what they would copy by memcpy; older ones call memcpy itself, which nobody sees.
extern "C" void* __tsan_memcpy(void* target, const void* source, unsigned long bytes)
{
    check(source, bytes, Access::read, true, 1, __builtin_return_address(0));
    check(target, bytes, Access::write, false, 1, __builtin_return_address(0));
    return memcpy(target, source, bytes);
}

extern "C" void* __tsan_memmove(void* target, const void* source, unsigned long bytes)
{
    check(source, bytes, Access::read, true, 1, __builtin_return_address(0));
    check(target, bytes, Access::write, false, 1, __builtin_return_address(0));
    return memmove(target, source, bytes);
}

extern "C" void* __tsan_memset(void* target, int value, unsigned long bytes)
{
    check(target, bytes, Access::write, false, 1, __builtin_return_address(0));
    return memset(target, value, bytes);
}

extern "C" void __tsan_init() {}
extern "C" void __tsan_func_entry(void*) {}
extern "C" void __tsan_func_exit() {}
