// mma.cuh: one product of small matrices by a warp's tensor cores, D += A B, bf16 factors, f32 sums.
//
// A [16, 16], B [16, 8], D [16, 8]. With g = lane / 4 and t = lane % 4 a lane holds
//   a[0], a[1]: rows g and g + 8 of A, columns 2t and 2t + 1 (the lower half is the first)   a[2], a[3]: columns 2t + 8 and 2t + 9
//   b[0], b[1]: column g of B, rows 2t and 2t + 1, 2t + 8 and 2t + 9
//   d[0], d[1]: row g of D, columns 2t and 2t + 1                                            d[2], d[3]: row g + 8
// (PTX ISA, matrix fragments for mma.m16n8k16). Where there are no tensor cores the lanes send each other what they hold.
#pragma once

#include "common/types.cuh"

/// Two neighbours in one word, the first in its lower half.
DEVICE unsigned bf16_pair(float first, float second) { return bf16_bits(first) | (static_cast<unsigned>(bf16_bits(second)) << 16); }

/// All 32 lanes take part.
DEVICE void multiply_add(float (&d)[4], const unsigned (&a)[4], const unsigned (&b)[2])
{
#if defined(__CUDACC__)
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
                 : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
                 : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
#else
    const int group = threadIdx.x % warp_size / 4, member = threadIdx.x % 4;
    for (int pair = 0; pair < 8; pair++)
    {
        const int half = pair / 4, holder = pair % 4;
        const unsigned rows[2] = {__shfl_sync(full_warp, a[2 * half], group * 4 + holder), __shfl_sync(full_warp, a[2 * half + 1], group * 4 + holder)};
        const unsigned columns[2] = {__shfl_sync(full_warp, b[half], 8 * member + holder), __shfl_sync(full_warp, b[half], 8 * member + 4 + holder)};
        for (int i = 0; i < 4; i++)
        {
            const unsigned left = rows[i / 2], right = columns[i % 2];
            d[i] += __uint_as_float(left << 16) * __uint_as_float(right << 16);
            d[i] += __uint_as_float(left & 0xffff0000u) * __uint_as_float(right & 0xffff0000u);
        }
    }
#endif
}
