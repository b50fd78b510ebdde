// device.h: what a kernel sees when a host C++ compiler compiles it. Names and meaning are CUDA's; the thread that calls
// is a fiber of a simulated block (block.h). What waits also takes where it is called from, so that a fault can say it.
#pragma once

#include <math.h>

#include "simulator/registry.h"

#define DEVICE inline
#define DYNAMIC_SHARED(type, name) type* const name = reinterpret_cast<type*>(simulator::dynamic_shared())

// A block lives on one OS thread, and so does its shared memory. The address sanitizer lays no red zones around
// thread-local variables: there they are global, and blocks run one after another (launch.cpp).
#if defined(__SANITIZE_ADDRESS__)
#define SIMULATOR_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SIMULATOR_SANITIZED 1
#endif
#endif
#if defined(SIMULATOR_SANITIZED)
#define SIMULATOR_THREAD_LOCAL
#else
#define SIMULATOR_THREAD_LOCAL __thread
#endif

#define __shared__ static SIMULATOR_THREAD_LOCAL
#define __align__(bytes) __attribute__((aligned(bytes)))

namespace simulator
{

/// Where the running thread stands.
struct Coordinates
{
    Size3 thread, block, block_size, grid;
};
extern SIMULATOR_THREAD_LOCAL Coordinates here;

/// A place in a kernel's source.
struct Where
{
    const char* file;
    int line;

    static constexpr Where caller(const char* file = __builtin_FILE(), int line = __builtin_LINE()) { return {file, line}; }
};

enum class Call : unsigned char
{
    none,
    syncthreads,
    syncthreads_or,
    syncthreads_and,
    syncthreads_count,
    syncwarp,
    shfl,
    shfl_xor,
    shfl_up,
    shfl_down,
    ballot,
    any,
    all
};

void* dynamic_shared();

/// Waits for all threads of the block; the number of them whose `value` is not zero.
int barrier(Call call, int value, Where where);

/// Waits for the lanes of the mask; the `value` of the lane `source`. With more than 32 bits or fewer they do not mix.
unsigned long long exchange(Call call, unsigned mask, unsigned long long value, int source, int bytes, Where where);

/// Waits for the lanes of the mask; those of them that said yes.
unsigned vote(Call call, unsigned mask, bool yes, Where where);

constexpr int lanes = 32;

inline int lane() { return here.thread.x % lanes; }

/// The last lane of the caller's segment of `width` lanes.
inline int segment_end(int width) { return lane() | (width - 1); }

template <typename T>
T shuffle(Call call, unsigned mask, T value, int source, Where where)
{
    static_assert(sizeof(T) == 4 || sizeof(T) == 8, "a shuffle moves 4 or 8 bytes");
    unsigned long long bits = 0;
    __builtin_memcpy(&bits, &value, sizeof(T));
    bits = exchange(call, mask, bits, source, sizeof(T), where);
    __builtin_memcpy(&value, &bits, sizeof(T));
    return value;
}

}  // namespace simulator

#define threadIdx (static_cast<const simulator::Size3&>(simulator::here.thread))
#define blockIdx (static_cast<const simulator::Size3&>(simulator::here.block))
#define blockDim (static_cast<const simulator::Size3&>(simulator::here.block_size))
#define gridDim (static_cast<const simulator::Size3&>(simulator::here.grid))

// Barriers

inline void __syncthreads(simulator::Where where = simulator::Where::caller()) { simulator::barrier(simulator::Call::syncthreads, 0, where); }

inline int __syncthreads_or(int value, simulator::Where where = simulator::Where::caller())
{
    return simulator::barrier(simulator::Call::syncthreads_or, value, where) > 0;
}

inline int __syncthreads_and(int value, simulator::Where where = simulator::Where::caller())
{
    return simulator::barrier(simulator::Call::syncthreads_and, value, where) == static_cast<int>(blockDim.x);
}

inline int __syncthreads_count(int value, simulator::Where where = simulator::Where::caller())
{
    return simulator::barrier(simulator::Call::syncthreads_count, value, where);
}

inline void __syncwarp(unsigned mask = 0xffffffffu, simulator::Where where = simulator::Where::caller())
{
    simulator::exchange(simulator::Call::syncwarp, mask, 0, simulator::lane(), 0, where);
}

void __threadfence();

// Warps. Where a shuffle points outside the caller's segment of `width` lanes, the caller gets its own value.

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32, simulator::Where where = simulator::Where::caller())
{
    const int from = (simulator::lane() & ~(width - 1)) | (source & (width - 1));
    return simulator::shuffle(simulator::Call::shfl, mask, value, from, where);
}

template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int distance, int width = 32, simulator::Where where = simulator::Where::caller())
{
    const int from = simulator::lane() ^ distance;
    return simulator::shuffle(simulator::Call::shfl_xor, mask, value, from <= simulator::segment_end(width) ? from : simulator::lane(), where);
}

template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32, simulator::Where where = simulator::Where::caller())
{
    const unsigned place = simulator::lane() & (width - 1);
    const int from = distance <= place ? simulator::lane() - static_cast<int>(distance) : simulator::lane();
    return simulator::shuffle(simulator::Call::shfl_up, mask, value, from, where);
}

template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32, simulator::Where where = simulator::Where::caller())
{
    const unsigned room = simulator::segment_end(width) - simulator::lane();
    const int from = distance <= room ? simulator::lane() + static_cast<int>(distance) : simulator::lane();
    return simulator::shuffle(simulator::Call::shfl_down, mask, value, from, where);
}

inline unsigned __ballot_sync(unsigned mask, int yes, simulator::Where where = simulator::Where::caller())
{
    return simulator::vote(simulator::Call::ballot, mask, yes != 0, where);
}

inline int __any_sync(unsigned mask, int yes, simulator::Where where = simulator::Where::caller())
{
    return simulator::vote(simulator::Call::any, mask, yes != 0, where) != 0;
}

inline int __all_sync(unsigned mask, int yes, simulator::Where where = simulator::Where::caller())
{
    return simulator::vote(simulator::Call::all, mask, yes == 0, where) == 0;
}

// Atomics, in shared and in global memory (atomics.cpp): each returns what was there before.

int atomicAdd(int* address, int value);
unsigned atomicAdd(unsigned* address, unsigned value);
unsigned long long atomicAdd(unsigned long long* address, unsigned long long value);
float atomicAdd(float* address, float value);
int atomicMax(int* address, int value);
unsigned atomicMax(unsigned* address, unsigned value);
unsigned long long atomicMax(unsigned long long* address, unsigned long long value);
int atomicMin(int* address, int value);
unsigned atomicMin(unsigned* address, unsigned value);
unsigned long long atomicMin(unsigned long long* address, unsigned long long value);
int atomicExch(int* address, int value);
unsigned atomicExch(unsigned* address, unsigned value);
unsigned long long atomicExch(unsigned long long* address, unsigned long long value);
int atomicCAS(int* address, int expected, int value);
unsigned atomicCAS(unsigned* address, unsigned expected, unsigned value);
unsigned long long atomicCAS(unsigned long long* address, unsigned long long expected, unsigned long long value);

// Bits and arithmetic that <math.h> does not have

inline unsigned __float_as_uint(float value) { return __builtin_bit_cast(unsigned, value); }
inline float __uint_as_float(unsigned bits) { return __builtin_bit_cast(float, bits); }
inline int __float_as_int(float value) { return __builtin_bit_cast(int, value); }
inline float __int_as_float(int bits) { return __builtin_bit_cast(float, bits); }

inline int __popc(unsigned bits) { return __builtin_popcount(bits); }
inline int __popcll(unsigned long long bits) { return __builtin_popcountll(bits); }
inline int __ffs(int bits) { return __builtin_ffs(bits); }
inline int __clz(int bits) { return bits ? __builtin_clz(bits) : 32; }
inline int __clzll(long long bits) { return bits ? __builtin_clzll(bits) : 64; }

inline float rsqrtf(float value) { return 1.0f / sqrtf(value); }

inline double __longlong_as_double(long long bits) { return __builtin_bit_cast(double, bits); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) { return static_cast<unsigned __int128>(a) * b >> 64; }

// Rounded by itself, never fused with its neighbour: the barrier hides the result from the compiler.
inline double __dmul_rn(double a, double b)
{
    double product = a * b;
    __asm__("" : "+m"(product));
    return product;
}

inline double __dadd_rn(double a, double b) { return a + b; }

inline int min(int a, int b) { return a < b ? a : b; }
inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }
inline long long min(long long a, long long b) { return a < b ? a : b; }
inline unsigned long long min(unsigned long long a, unsigned long long b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }
inline unsigned max(unsigned a, unsigned b) { return a > b ? a : b; }
inline long long max(long long a, long long b) { return a > b ? a : b; }
inline unsigned long long max(unsigned long long a, unsigned long long b) { return a > b ? a : b; }
