// engine_kernels.cu: what engine_tests.cpp launches, in the same order.
#include "common/grid.cuh"
#include "common/reduce.cuh"

namespace
{

struct Output
{
    int* out;
};
FIELDS(Output, out)

struct Reduce
{
    const float* x;
    float* sum;
    float* largest;
    long long count;
};
FIELDS(Reduce, x, sum, largest, count)

struct Counters
{
    int* i;
    unsigned* u;
    unsigned long long* l;
    float* f;
};
FIELDS(Counters, i, u, l, f)

struct Everything
{
    char a;
    short b;
    int c;
    long long d;
    float e;
    int f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17;
    const void* g;
};
FIELDS(Everything, a, b, c, d, e, f0, f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, g)

}  // namespace

// Barriers and shared memory

KERNEL(mirror, Output, 1024)
{
    __shared__ int tile[1024];
    for (int round = 0; round < 3; round++)
    {
        tile[threadIdx.x] = static_cast<int>(threadIdx.x) + round;
        __syncthreads();
        args.out[blockIdx.x * blockDim.x + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
        __syncthreads();
    }
}

KERNEL(mirror_dynamic, Output, 1024)
{
    DYNAMIC_SHARED(int, tile);
    tile[threadIdx.x] = static_cast<int>(threadIdx.x);
    __syncthreads();
    args.out[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x] + (reinterpret_cast<unsigned long long>(tile) % 16 == 0 ? 0 : 1000000);
}

KERNEL(barrier_votes, Output, 1024)
{
    const int thread = static_cast<int>(threadIdx.x);
    int answers = __syncthreads_or(thread == 40);
    answers = answers * 2 + __syncthreads_or(thread > 5000);
    answers = answers * 2 + __syncthreads_and(thread < 5000);
    answers = answers * 2 + __syncthreads_and(thread != 40);
    answers = answers * 100 + __syncthreads_count(thread % 2 == 0);
    args.out[thread] = answers;
}

KERNEL(block_sums, Reduce, 1024)
{
    float sum = 0, largest = Largest::neutral;
    for (long long i = grid_thread(); i < args.count; i += grid_threads())
    {
        sum += args.x[i];
        largest = fmaxf(largest, args.x[i]);
    }
    sum = block_reduce<Sum>(sum);
    largest = block_reduce<Largest>(largest);
    if (threadIdx.x == 0)
    {
        args.sum[blockIdx.x] = sum;
        args.largest[blockIdx.x] = largest;
    }
}

// Warps

KERNEL(shuffles, Output, 1024)
{
    const int thread = static_cast<int>(threadIdx.x);
    int* const out = args.out + thread * 10;
    out[0] = __shfl_sync(full_warp, thread, 5);
    out[1] = __shfl_sync(full_warp, thread, thread + 1, 8);
    out[2] = __shfl_xor_sync(full_warp, thread, 3);
    out[3] = __shfl_xor_sync(full_warp, thread, 16, 16);
    out[4] = __shfl_up_sync(full_warp, thread, 2);
    out[5] = __shfl_up_sync(full_warp, thread, 1, 4);
    out[6] = __shfl_down_sync(full_warp, thread, 31);
    out[7] = __shfl_down_sync(full_warp, thread, 1, 16);
    out[8] = static_cast<int>(__shfl_xor_sync(full_warp, thread * 10000000000ll, 1) / 10000000000ll);
    out[9] = static_cast<int>(__shfl_down_sync(full_warp, thread + 0.25, 1) * 4);
}

KERNEL(halves_apart, Output, 1024)
{
    // Each half of the warp goes its own way, and meets the other at the end.
    const int thread = static_cast<int>(threadIdx.x);
    int value = thread;
    if (thread % 32 < 16)
        for (int distance = 8; distance > 0; distance /= 2)
            value += __shfl_xor_sync(0x0000ffffu, value, distance);
    else
        value = __shfl_sync(0xffff0000u, value, 31);
    __syncwarp();
    args.out[thread] = value + __popc(__ballot_sync(full_warp, thread % 32 < 16));
}

KERNEL(votes, Output, 1024)
{
    const int thread = static_cast<int>(threadIdx.x), lane = thread % 32;
    int answers = __any_sync(full_warp, lane == 7);
    answers = answers * 2 + __any_sync(full_warp, lane == 32);
    answers = answers * 2 + __all_sync(full_warp, lane < 32);
    answers = answers * 2 + __all_sync(full_warp, lane != 7);
    answers = answers * 2 + (__ballot_sync(full_warp, lane % 3 == 0) == 0x49249249u);
    args.out[thread] = answers;
}

KERNEL(early_exit, Output, 1024)
{
    // A lane that ended is no longer waited for.
    const int thread = static_cast<int>(threadIdx.x);
    args.out[thread] = 0;
    if (thread % 32 >= 20)
        return;
    args.out[thread] = __popc(__ballot_sync(full_warp, 1)) * 100 + __shfl_sync(full_warp, thread % 32, 19);
}

KERNEL(neighbours_in_a_warp, Output, 1024)
{
    __shared__ int tile[1024];
    tile[threadIdx.x] = static_cast<int>(threadIdx.x);
    __syncwarp();
    const int neighbour = tile[threadIdx.x ^ 1];
    __syncwarp();
    tile[threadIdx.x] = neighbour;
    __syncwarp();
    args.out[threadIdx.x] = tile[threadIdx.x ^ 1];
}

// Atomics

KERNEL(count_everywhere, Counters, 1024)
{
    const int thread = static_cast<int>(grid_thread());
    __shared__ int of_block;
    if (threadIdx.x == 0)
        of_block = 0;
    __syncthreads();
    atomicAdd(&of_block, 1);
    __syncthreads();
    if (threadIdx.x == 0)
        atomicAdd(&args.i[0], of_block);
    atomicMax(&args.i[1], thread);
    atomicMin(&args.i[2], -thread);
    atomicAdd(&args.u[0], 1u);
    atomicMax(&args.u[1], static_cast<unsigned>(thread));
    atomicMin(&args.u[2], static_cast<unsigned>(thread));
    atomicAdd(&args.l[0], 1ull << 32);
    atomicMax(&args.l[1], static_cast<unsigned long long>(thread) << 32);
    atomicMin(&args.l[2], static_cast<unsigned long long>(thread) << 32);
    atomicAdd(&args.f[0], 0.5f);
    if (atomicCAS(&args.i[3], 0, 1) == 0)
        atomicExch(&args.u[3], 77u);
}

// Grids

KERNEL(blocks_seen, Output, 32)
{
    atomicAdd(&args.out[blockIdx.x], gridDim.x == 100000 ? 1 : 1000);
}

KERNEL(read_everything, Everything, 32)
{
    if (threadIdx.x == 0)
        *static_cast<long long*>(const_cast<void*>(args.g)) = args.a + args.b + args.c + args.d + static_cast<long long>(args.e) + args.f0 + args.f17;
}

KERNEL(some_never_come, Output, 1024)
{
    if (threadIdx.x < 40)
        __syncthreads();
    args.out[threadIdx.x] = 1;
}
