#include "simulator/elements.h"

#include <cmath>
#include <cstring>

namespace simulator
{

namespace
{

uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

float from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

float from_bf16(uint16_t half) { return from_bits(static_cast<uint32_t>(half) << 16); }

uint16_t to_bf16(float value)
{
    const uint32_t bits = bits_of(value);
    if (value != value)
        return static_cast<uint16_t>(bits >> 16 | 0x40);
    return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

float from_f16(uint16_t half)
{
    const int exponent = half >> 10 & 31, fraction = half & 0x3ff;
    const float sign = half & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 31)
        return fraction ? NAN : sign * INFINITY;
    return sign * (exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24) : std::ldexp(static_cast<float>(fraction | 0x400), exponent - 25));
}

uint16_t to_f16(float value)
{
    const uint16_t sign = bits_of(value) >> 16 & 0x8000;
    const float size = std::fabs(value);
    if (value != value)
        return sign | 0x7e00;
    if (size >= 65520.0f)
        return sign | 0x7c00;
    int exponent = 0;
    std::frexp(size, &exponent);
    const int unit = size == 0 || exponent < -13 ? -24 : exponent - 11;  // the exponent of the last bit kept
    const int steps = static_cast<int>(std::nearbyint(std::ldexp(size, -unit)));
    return static_cast<uint16_t>(sign | (unit == -24 ? steps : ((unit + 25) << 10) + (steps - 0x400)));
}

/// To the nearest number of 10 bits of fraction, ties away from zero, as cvt.rna.tf32 does.
float to_tf32(float value)
{
    const uint32_t bits = bits_of(value);
    return (bits & 0x7f800000) == 0x7f800000 ? value : from_bits((bits + 0x1000) & 0xffffe000);
}

template <typename Stored, typename T, typename Convert>
void load_each(const char* from, int64_t stride, int count, T* to, Convert convert)
{
    for (int i = 0; i < count; i++)
    {
        Stored stored;
        memcpy(&stored, from + i * stride * static_cast<int64_t>(sizeof(Stored)), sizeof(Stored));
        to[i] = static_cast<T>(convert(stored));
    }
}

template <typename T>
void load_any(const char* from, int64_t stride, int count, Element type, Rounding rounding, T* to)
{
    const auto same = [](auto value) { return value; };
    if (type == Element::f64)
        load_each<double>(from, stride, count, to, same);
    else if (type == Element::bf16)
        load_each<uint16_t>(from, stride, count, to, from_bf16);
    else if (type == Element::f16)
        load_each<uint16_t>(from, stride, count, to, from_f16);
    else if (rounding == Rounding::tf32)
        load_each<float>(from, stride, count, to, to_tf32);
    else if (rounding == Rounding::f16)
        load_each<float>(from, stride, count, to, [](float value) { return from_f16(to_f16(value)); });
    else
        load_each<float>(from, stride, count, to, same);
}

template <typename Stored, typename T, typename Convert>
void store_each(const T* from, int count, char* to, Convert convert)
{
    for (int i = 0; i < count; i++)
    {
        const Stored stored = convert(from[i]);
        memcpy(to + i * sizeof(Stored), &stored, sizeof(Stored));
    }
}

template <typename T>
void store_any(const T* from, int count, Element type, char* to)
{
    if (type == Element::f64)
        store_each<double>(from, count, to, [](T value) { return static_cast<double>(value); });
    else if (type == Element::bf16)
        store_each<uint16_t>(from, count, to, [](T value) { return to_bf16(static_cast<float>(value)); });
    else if (type == Element::f16)
        store_each<uint16_t>(from, count, to, [](T value) { return to_f16(static_cast<float>(value)); });
    else
        store_each<float>(from, count, to, [](T value) { return static_cast<float>(value); });
}

}  // namespace

size_t bytes_of(Element type) { return type == Element::f64 ? 8 : type == Element::f32 ? 4 : 2; }

void load(const char* from, int64_t stride, int count, Element type, Rounding rounding, float* to) { load_any(from, stride, count, type, rounding, to); }

void load(const char* from, int64_t stride, int count, Element type, Rounding rounding, double* to) { load_any(from, stride, count, type, rounding, to); }

void store(const float* from, int count, Element type, char* to) { store_any(from, count, type, to); }

void store(const double* from, int count, Element type, char* to) { store_any(from, count, type, to); }

float rounded(float value, Element type) { return type == Element::bf16 ? from_bf16(to_bf16(value)) : type == Element::f16 ? from_f16(to_f16(value)) : value; }

}  // namespace simulator
