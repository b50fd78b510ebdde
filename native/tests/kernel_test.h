// kernel_test.h: what a kernel's native test needs: device memory of the exact size, a launch that names its parameters,
// a comparison. See relu_test.cpp.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "common/types.cuh"
#include "tests/check.h"

/// Device memory of `count` elements, to the byte: what reads or writes past either end is seen. Until it is written, it
/// is not initialised; the watched flavour faults on a read. May be larger than this machine's memory if little is touched.
class Memory
{
public:
    explicit Memory(size_t bytes);
    ~Memory();
    Memory(Memory&& other) noexcept : address_(other.address_) { other.address_ = nullptr; }
    Memory& operator=(Memory&&) = delete;

    void* address() const { return address_; }

    /// Tells the watched flavour that the host has written here.
    static void written(const void* address, size_t bytes);

private:
    void* address_;
};

template <typename T>
class Buffer
{
public:
    explicit Buffer(long long count) : memory_(count * sizeof(T)), count_(count) {}

    Buffer(long long count, T value) : Buffer(std::vector<T>(count, value)) {}

    explicit Buffer(const std::vector<T>& values) : Buffer(static_cast<long long>(values.size()))
    {
        for (long long i = 0; i < count_; i++)
            set(i, values[i]);
    }

    T* data() const { return static_cast<T*>(memory_.address()); }
    long long count() const { return count_; }
    T operator[](long long i) const { return data()[i]; }

    void set(long long i, T value)
    {
        data()[i] = value;
        Memory::written(data() + i, sizeof(T));
    }

    std::vector<T> values() const { return std::vector<T>(data(), data() + count_); }

private:
    Memory memory_;
    long long count_;
};

/// The same values each time, evenly spread over [low, high); bf16 values are rounded.
std::vector<float> random_floats(long long count, unsigned seed = 1, float low = -1, float high = 1);
std::vector<bf16> to_bf16(const std::vector<float>& values);
std::vector<float> to_floats(const std::vector<float>& values);
std::vector<float> to_floats(const std::vector<bf16>& values);

template <typename T>
Buffer<T> random(long long count, unsigned seed = 1, float low = -1, float high = 1)
{
    if constexpr (sizeof(T) == sizeof(bf16))
        return Buffer<T>(to_bf16(random_floats(count, seed, low, high)));
    else
        return Buffer<T>(random_floats(count, seed, low, high));
}

/// Elements in 16 bytes.
template <typename T>
constexpr int pack_length = 16 / sizeof(T);

/// Name of a kernel's scalar (width 1) or 16-byte variant for a type of activations.
template <typename T>
std::string variant(const char* kernel, int width)
{
    constexpr bool narrow = sizeof(T) == sizeof(bf16);
    return std::string(kernel) + (narrow ? "_bf16" : "_f32") + (width == 1 ? "" : narrow ? "x8" : "x4");
}

/// Runs a test for each variant: run(T{}, width).
template <typename Run>
void each_variant(Run run)
{
    run(float{}, 1);
    run(float{}, pack_length<float>);
    run(bf16{}, 1);
    run(bf16{}, pack_length<bf16>);
}

/// What a result of the type may miss, against the largest expected one, where one in float may miss 2^-20.
template <typename T>
constexpr float rounding = sizeof(T) == sizeof(bf16) ? 1.0f / 256 : 1.0f / (1 << 20);

/// A field of a kernel's parameter struct and the value it gets.
struct Argument
{
    const char* name;
    unsigned long long bits;
    size_t bytes;  // 0: an integer, which takes the field's size

    template <typename T>
    Argument(const char* name, const Buffer<T>& buffer) : Argument(name, buffer.data())
    {
    }
    Argument(const char* name, const void* pointer) : name(name), bits(reinterpret_cast<unsigned long long>(pointer)), bytes(sizeof(pointer)) {}
    Argument(const char* name, std::nullptr_t) : Argument(name, static_cast<const void*>(nullptr)) {}
    Argument(const char* name, long long value) : name(name), bits(static_cast<unsigned long long>(value)), bytes(0) {}
    Argument(const char* name, unsigned long long value) : Argument(name, static_cast<long long>(value)) {}
    Argument(const char* name, int value) : Argument(name, static_cast<long long>(value)) {}
    Argument(const char* name, unsigned value) : Argument(name, static_cast<long long>(value)) {}
    Argument(const char* name, double value) : name(name), bits(__builtin_bit_cast(unsigned long long, value)), bytes(sizeof(value)) {}
    Argument(const char* name, float value) : name(name), bits(__float_as_uint(value)), bytes(sizeof(value)) {}
};

/// Blocks [first, first + count) of a grid.
struct Window
{
    unsigned long long first = 0, count = ~0ull;
};

/// Launches a kernel and waits for it. The test fails if there is no such kernel, if a field is missing or too many, or
/// by what the simulator found.
void launch(const char* kernel, long long blocks, int threads, size_t shared_bytes, std::initializer_list<Argument> arguments, Window window = {});

inline void launch(const std::string& kernel, long long blocks, int threads, size_t shared_bytes, std::initializer_list<Argument> arguments, Window window = {})
{
    launch(kernel.c_str(), blocks, threads, shared_bytes, arguments, window);
}

/// The same, for a test that wants the fault: its message, or "".
std::string launch_fault(const char* kernel, long long blocks, int threads, size_t shared_bytes, std::initializer_list<Argument> arguments, Window window = {});

/// The test fails unless every value is as close to the expected one as `tolerance` times the largest expected magnitude
/// (and at least one in magnitude); 0 asks for equality. What is not a number equals its like.
void near(const std::vector<float>& actual, const std::vector<float>& expected, float tolerance);

template <typename T>
void near(const Buffer<T>& actual, const std::vector<float>& expected, float tolerance)
{
    near(to_floats(actual.values()), expected, tolerance);
}
