// engine_tests.cpp: the simulated block does what CUDA says: barriers, shuffles, votes, atomics, shared memory, windows.
// Each kernel stands above its test. Built in all three flavours.
#include <algorithm>
#include <numeric>

#include "common/grid.cuh"
#include "common/reduce.cuh"
#include "tests/kernel_test.h"

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

Buffer<int> zeros(long long count) { return Buffer<int>(count, 0); }

/// Launches one block of a kernel that writes one int a thread, and returns them.
std::vector<int> one_block(const char* kernel, int threads, size_t shared_bytes = 0)
{
    const Buffer<int> out(threads);
    launch(kernel, 1, threads, shared_bytes, {{"out", out}});
    return out.values();
}

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

TEST(a_block_sees_what_its_threads_wrote)
{
    for (const int threads : {32, 96, 256, 1024})
    {
        const int blocks = 70;
        const Buffer<int> out(blocks * threads);
        launch("mirror", blocks, threads, 0, {{"out", out}});
        for (int i = 0; i < blocks * threads; i++)
            CHECK_EQUAL(out[i], threads - 1 - i % threads + 2);
    }
}

KERNEL(mirror_dynamic, Output, 1024)
{
    DYNAMIC_SHARED(int, tile);
    tile[threadIdx.x] = static_cast<int>(threadIdx.x);
    __syncthreads();
    args.out[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x] + (reinterpret_cast<unsigned long long>(tile) % 16 == 0 ? 0 : 1000000);
}

TEST(dynamic_shared_memory_is_aligned)
{
    const auto out = one_block("mirror_dynamic", 512, 512 * sizeof(int));
    for (int i = 0; i < 512; i++)
        CHECK_EQUAL(out[i], 511 - i);
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

TEST(barriers_count_their_threads)
{
    for (const int answer : one_block("barrier_votes", 64))
        CHECK_EQUAL(answer, 0b1010 * 100 + 32);
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

TEST(blocks_reduce)
{
    for (const int threads : {32, 64, 256, 1024})
    {
        const int blocks = 5, count = 4099;
        const Buffer<float> x = random<float>(count, 7), sum(blocks), largest(blocks);
        launch("block_sums", blocks, threads, 0, {{"x", x}, {"sum", sum}, {"largest", largest}, {"count", count}});
        const auto values = x.values();
        const auto sums = sum.values(), maxima = largest.values();
        near({std::accumulate(sums.begin(), sums.end(), 0.0f)}, {std::accumulate(values.begin(), values.end(), 0.0f)}, 1e-4f);
        CHECK_EQUAL(*std::max_element(maxima.begin(), maxima.end()), *std::max_element(values.begin(), values.end()));
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

TEST(shuffles_take_the_lanes_they_name)
{
    const int threads = 64;
    const Buffer<int> out(threads * 10);
    launch("shuffles", 1, threads, 0, {{"out", out}});
    for (int i = 0; i < threads; i++)
    {
        const int lane = i % 32, warp = i - lane;
        const int expected[] = {warp + 5,
                                i / 8 * 8 + (lane + 1) % 8,
                                i ^ 3,
                                lane < 16 ? i : i - 16,
                                lane < 2 ? i : i - 2,
                                lane % 4 == 0 ? i : i - 1,
                                lane == 0 ? i + 31 : i,
                                lane % 16 == 15 ? i : i + 1,
                                i ^ 1,
                                (lane == 31 ? i : i + 1) * 4 + 1};
        for (int j = 0; j < 10; j++)
            CHECK_EQUAL(out[i * 10 + j], expected[j]);
    }
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

TEST(parts_of_a_warp_shuffle_apart)
{
    const auto out = one_block("halves_apart", 32);
    for (int i = 0; i < 32; i++)
        CHECK_EQUAL(out[i], (i < 16 ? 120 : 31) + 16);
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

TEST(warps_vote)
{
    for (const int answer : one_block("votes", 96))
        CHECK_EQUAL(answer, 0b10101);
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

TEST(threads_may_end_early)
{
    const auto out = one_block("early_exit", 64);
    for (int i = 0; i < 64; i++)
        CHECK_EQUAL(out[i], i % 32 < 20 ? 2019 : 0);
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

TEST(a_warp_sees_what_its_lanes_wrote)
{
    const auto out = one_block("neighbours_in_a_warp", 128);
    for (int i = 0; i < 128; i++)
        CHECK_EQUAL(out[i], i);
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

TEST(atomics_hold_across_blocks)
{
    const int blocks = 300, threads = 128, all = blocks * threads;
    const Buffer<int> i = zeros(4);
    const Buffer<unsigned> u(std::vector<unsigned>{0, 0, ~0u, 0});
    const Buffer<unsigned long long> l(std::vector<unsigned long long>{0, 0, ~0ull});
    const Buffer<float> f(1, 0.0f);
    launch("count_everywhere", blocks, threads, 0, {{"i", i}, {"u", u}, {"l", l}, {"f", f}});
    CHECK(i.values() == (std::vector<int>{all, all - 1, 1 - all, 1}));
    CHECK(u.values() == (std::vector<unsigned>{unsigned(all), unsigned(all) - 1, 0, 77}));
    CHECK(l.values() == (std::vector<unsigned long long>{(unsigned long long)all << 32, (unsigned long long)(all - 1) << 32, 0}));
    CHECK_EQUAL(f[0], all * 0.5f);
}

// Grids

KERNEL(blocks_seen, Output, 32)
{
    atomicAdd(&args.out[blockIdx.x], gridDim.x == 100000 ? 1 : 1000);
}

TEST(every_block_runs_once)
{
    const Buffer<int> out = zeros(100000);
    launch("blocks_seen", 100000, 32, 0, {{"out", out}});
    for (const int seen : out.values())
        CHECK_EQUAL(seen, 32);
}

TEST(a_window_of_blocks)
{
    const Buffer<int> out = zeros(100000);
    launch("blocks_seen", 100000, 32, 0, {{"out", out}}, {70000, 5});
    const auto seen = out.values();
    for (int i = 0; i < 100000; i++)
        CHECK_EQUAL(seen[i], i >= 70000 && i < 70005 ? 32 : 0);
    launch("blocks_seen", 100000, 32, 0, {{"out", out}}, {100000, 5});
}

KERNEL(read_everything, Everything, 32)
{
    if (threadIdx.x == 0)
        *static_cast<long long*>(const_cast<void*>(args.g)) = args.a + args.b + args.c + args.d + static_cast<long long>(args.e) + args.f0 + args.f17;
}

TEST(twenty_four_parameters)
{
    const Buffer<long long> out(1);
    launch("read_everything", 1, 32, 0,
           {{"a", 1},  {"b", 20}, {"c", 300}, {"d", 1ll << 40}, {"e", 4000.0f}, {"f0", 50000}, {"f1", 0},  {"f2", 0},  {"f3", 0},  {"f4", 0},  {"f5", 0},       {"f6", 0},
            {"f7", 0}, {"f8", 0}, {"f9", 0},  {"f10", 0},       {"f11", 0},     {"f12", 0},    {"f13", 0}, {"f14", 0}, {"f15", 0}, {"f16", 0}, {"f17", 600000}, {"g", out}});
    CHECK_EQUAL(out[0], (1ll << 40) + 654321);
}

KERNEL(some_never_come, Output, 1024)
{
    if (threadIdx.x < 40)
        __syncthreads();
    args.out[threadIdx.x] = 1;
}

TEST(blocks_run_on_after_a_fault)
{
    const Buffer<int> out(64);
    for (int i = 0; i < 3; i++)
        CHECK(launch_fault("some_never_come", 1, 64, 0, {{"out", out}}) != "");
    launch("mirror", 1, 64, 0, {{"out", out}});
    CHECK_EQUAL(out[0], 65);
}
