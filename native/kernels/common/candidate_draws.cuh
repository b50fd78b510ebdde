// candidate_draws.cuh: a Gumbel variable for each candidate of a row's draw: the candidate whose logarithmic weight and variable have the
// largest sum is drawn with the chance that its weight has, and the next ones as if drawn after it without replacement. The uniform
// numbers behind them follow from seed, step, row, draw and candidate alone (CandidateDraws on the processor).
#pragma once

#include "common/device.cuh"

using Bits = unsigned long long;

/// Spreads every bit over all (splitmix64).
DEVICE Bits mix(Bits value)
{
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

struct CandidateDraws
{
    static constexpr Bits golden_ratio = 0x9E3779B97F4A7C15u;

    Bits state;

    DEVICE CandidateDraws(const long long* seed, int row, int draw)
    {
        state = next(next(next(static_cast<Bits>(seed[0]), static_cast<Bits>(seed[1])), row), draw);
    }

    DEVICE static Bits next(Bits state, Bits part) { return mix(mix(state + golden_ratio) + part); }

    DEVICE double of(int candidate) const
    {
        // Never 0 or 1: the logarithms are finite.
        const Bits bits = mix(state + golden_ratio * (static_cast<Bits>(candidate) + 1));
        return -log(-log((static_cast<double>(bits >> 11) + 0.5) * (1.0 / 9007199254740992.0)));
    }
};
