// power.cuh: logarithm and power of two by the GPU's own instructions, and powers built on them.
#pragma once

#include "common/types.cuh"

constexpr float smallest_normal = 1.17549435e-38f;

/// log2(x): absolute error 2^-22 for x in (1/2, 2), relative error 2^-22 elsewhere; what is below 2^-126 counts as 0.
DEVICE float fast_log2(float x)
{
#if defined(__CUDACC__)
    float result;
    asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
#else
    return log2f(x);
#endif
}

/// 2^x: relative error 2^-22; results below 2^-126 are 0.
DEVICE float fast_exp2(float x)
{
#if defined(__CUDACC__)
    float result;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(result) : "f"(x));
    return result;
#else
    return exp2f(x);
#endif
}

/// The larger of both, but a value that is no number stays so.
DEVICE float at_least(float value, float floor)
{
#if defined(__CUDACC__)
    float result;
    asm("max.NaN.f32 %0, %1, %2;" : "=f"(result) : "f"(value), "f"(floor));
    return result;
#else
    return value < floor ? floor : value;
#endif
}

/// Powers with one exponent for each value: small whole ones by multiplication, others through the logarithm.
template <int N>
struct Exponents
{
    Floats<N> p;
    int whole;  // where all are one small whole number, that; below 0 where they are not

    DEVICE explicit Exponents(const Floats<N>& values) : p(values)
    {
        constexpr float largest_whole = 8.0f;
        bool same = p[0] >= 1.0f && p[0] <= largest_whole && p[0] == floorf(p[0]);
#pragma unroll
        for (int i = 1; i < N; i++)
            same = same && p[i] == p[0];
        whole = same ? static_cast<int>(p[0]) : -1;
    }

    DEVICE void lessen_by_one()
    {
        whole--;
#pragma unroll
        for (int i = 0; i < N; i++)
            p[i] -= 1.0f;
    }

    /// values^p, values above 0.
    DEVICE Floats<N> raise(const Floats<N>& values) const
    {
        Floats<N> powers;
        if (whole >= 0)
        {
#pragma unroll
            for (int i = 0; i < N; i++)
                powers[i] = whole > 0 ? values[i] : 1.0f;
            for (int factor = 1; factor < whole; factor++)
            {
#pragma unroll
                for (int i = 0; i < N; i++)
                    powers[i] *= values[i];
            }
        }
        else
        {
#pragma unroll
            for (int i = 0; i < N; i++)
                powers[i] = fast_exp2(p[i] * fast_log2(values[i]));
        }
        return powers;
    }
};

/// Natural logarithms over binary ones.
constexpr float natural_per_binary = 0.6931471805599453f;

/// The exponents of a pack of channels, from `channel` on, or the first for all of them.
template <int N>
DEVICE Exponents<N> exponents_of(const float* p, bool first, int channel)
{
    Floats<N> values;
#pragma unroll
    for (int i = 0; i < N; i++)
        values[i] = p[first ? 0 : channel + i];
    return Exponents<N>(values);
}
