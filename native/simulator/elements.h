// elements.h: numbers as they lie in memory, and as the libraries' products take them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace simulator
{

enum class Element
{
    f32,
    bf16,
    f16,
    f64
};

size_t bytes_of(Element type);

/// What a product does to its factors before it multiplies them.
enum class Rounding
{
    none,
    tf32,  // f32 keeps 10 bits of fraction, as tensor cores take it; other types stay as they are
    f16    // f32 becomes f16, with its range; other types stay as they are
};

/// to[i] = from[i * stride], for `count` elements.
void load(const char* from, int64_t stride, int count, Element type, Rounding rounding, float* to);
void load(const char* from, int64_t stride, int count, Element type, Rounding rounding, double* to);

/// to[i] = from[i], rounded to the nearest, ties to even.
void store(const float* from, int count, Element type, char* to);
void store(const double* from, int count, Element type, char* to);

/// A value as it comes back from memory of that type.
float rounded(float value, Element type);

}  // namespace simulator
