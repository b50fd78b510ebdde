// types.cuh: bfloat16, and loads and stores that move 16 bytes at a time. Arithmetic is float32 throughout.
#pragma once

#include "common/device.cuh"

constexpr unsigned full_warp = 0xffffffffu;
constexpr int warp_size = 32;

/// The upper half of a float32.
struct bf16
{
    unsigned short bits;
};

DEVICE float to_float(float value) { return value; }
DEVICE float to_float(bf16 value) { return __uint_as_float(static_cast<unsigned>(value.bits) << 16); }

/// To the nearest, ties to even; what is not a number stays so.
DEVICE unsigned short bf16_bits(float value)
{
#if defined(__CUDACC__)
    unsigned short bits;
    asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
    return bits;
#else
    const unsigned word = __float_as_uint(value);
    if ((word & 0x7fffffffu) > 0x7f800000u)
        return 0x7fff;
    return static_cast<unsigned short>((word + 0x7fffu + ((word >> 16) & 1u)) >> 16);
#endif
}

DEVICE void from_float(float value, float& target) { target = value; }
DEVICE void from_float(float value, bf16& target) { target.bits = bf16_bits(value); }

/// N consecutive values, in registers.
template <int N>
struct Floats
{
    float lane[N];

    DEVICE float& operator[](int i) { return lane[i]; }
    DEVICE float operator[](int i) const { return lane[i]; }
};

/// 16 bytes, moved by one instruction.
struct alignas(16) Words
{
    unsigned x, y, z, w;
};

/// Reads N values: one, or a multiple of 16 bytes from an address that is aligned to 16.
template <int N>
DEVICE Floats<N> load(const float* source)
{
    Floats<N> values;
    if constexpr (N == 1)
        values[0] = *source;
    else
    {
        static_assert(N % 4 == 0, "whole 16 bytes");
#pragma unroll
        for (int i = 0; i < N; i += 4)
        {
            const Words words = *reinterpret_cast<const Words*>(source + i);
            values[i] = __uint_as_float(words.x);
            values[i + 1] = __uint_as_float(words.y);
            values[i + 2] = __uint_as_float(words.z);
            values[i + 3] = __uint_as_float(words.w);
        }
    }
    return values;
}

template <int N>
DEVICE Floats<N> load(const bf16* source)
{
    Floats<N> values;
    if constexpr (N == 1)
        values[0] = to_float(*source);
    else
    {
        static_assert(N % 8 == 0, "whole 16 bytes");
#pragma unroll
        for (int i = 0; i < N; i += 8)
        {
            const Words words = *reinterpret_cast<const Words*>(source + i);
            const unsigned pairs[4] = {words.x, words.y, words.z, words.w};
#pragma unroll
            for (int j = 0; j < 4; j++)
            {
                values[i + 2 * j] = __uint_as_float(pairs[j] << 16);
                values[i + 2 * j + 1] = __uint_as_float(pairs[j] & 0xffff0000u);
            }
        }
    }
    return values;
}

/// Writes N values: one, or a multiple of 16 bytes to an address that is aligned to 16.
template <int N>
DEVICE void store(float* target, const Floats<N>& values)
{
    if constexpr (N == 1)
        *target = values[0];
    else
    {
        static_assert(N % 4 == 0, "whole 16 bytes");
#pragma unroll
        for (int i = 0; i < N; i += 4)
        {
            const Words words = {__float_as_uint(values[i]), __float_as_uint(values[i + 1]), __float_as_uint(values[i + 2]), __float_as_uint(values[i + 3])};
            *reinterpret_cast<Words*>(target + i) = words;
        }
    }
}

template <int N>
DEVICE void store(bf16* target, const Floats<N>& values)
{
    if constexpr (N == 1)
        from_float(values[0], *target);
    else
    {
        static_assert(N % 8 == 0, "whole 16 bytes");
#pragma unroll
        for (int i = 0; i < N; i += 8)
        {
            unsigned pairs[4];
#pragma unroll
            for (int j = 0; j < 4; j++)
                pairs[j] = bf16_bits(values[i + 2 * j]) | (static_cast<unsigned>(bf16_bits(values[i + 2 * j + 1])) << 16);
            const Words words = {pairs[0], pairs[1], pairs[2], pairs[3]};
            *reinterpret_cast<Words*>(target + i) = words;
        }
    }
}
