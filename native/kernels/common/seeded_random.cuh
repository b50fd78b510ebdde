// seeded_random.cuh: random numbers that a seed determines, the same on every device and on the host (src/Imaging,
// SeededRandom): xoshiro256** with its state filled by splitmix64.
//
// Integers agree by themselves. For doubles to agree to the last bit, every operation must be one that IEEE 754 rounds in one
// way: products are kept apart from the sums that follow them (a compiler would fuse them on one machine and not on the
// other), fused ones are written as such, and the exponential is a polynomial of ours.
#pragma once

#include "common/device.cuh"

using Bits = unsigned long long;

/// e^x for |x| below 700.
DEVICE double exponential(double x)
{
    // x = n ln 2 + r with |r| <= ln 2 / 2; the series of e^r to r^13 / 13! leaves less than half a unit in the last place.
    const double n = rint(x * 1.4426950408889634);
    const double r = fma(-n, 2.3190468138462996e-17, fma(-n, 0.6931471805599453, x));
    double sum = 0.0, factorial = 6227020800.0;
    for (int power = 13; power >= 0; power--)
    {
        sum = fma(sum, r, 1.0 / factorial);
        factorial /= max(1, power);
    }
    return sum * __longlong_as_double((1023LL + static_cast<long long>(n)) << 52);
}

DEVICE Bits rotate_left(Bits value, int count) { return value << count | value >> (64 - count); }

DEVICE Bits mix(Bits value)
{
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

struct SeededRandom
{
    Bits a, b, c, d;

    DEVICE explicit SeededRandom(Bits seed)
    {
        constexpr Bits golden_ratio = 0x9E3779B97F4A7C15u;
        a = mix(seed + golden_ratio);
        b = mix(seed + 2 * golden_ratio);
        c = mix(seed + 3 * golden_ratio);
        d = mix(seed + 4 * golden_ratio);
    }

    /// 64 uniform bits.
    DEVICE Bits next()
    {
        const Bits result = rotate_left(b * 5, 7) * 9, shifted = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = rotate_left(d, 45);
        return result;
    }

    /// Uniform in 0 .. count - 1, without bias.
    DEVICE int next_below(int count)
    {
        const Bits range = static_cast<Bits>(count), rejected = (0 - range) % range;
        while (true)
        {
            const Bits bits = next();
            if (bits * range >= rejected)
                return static_cast<int>(__umul64hi(bits, range));
        }
    }

    /// Uniform in [0, 1), 53 bits.
    DEVICE double next_double() { return static_cast<double>(next() >> 11) * (1.0 / 9007199254740992.0); }

    /// Uniform in [low, high).
    DEVICE double next_double(double low, double high) { return __dadd_rn(low, __dmul_rn(high - low, next_double())); }
};
