// engine_tests.cpp: the simulated block does what CUDA says: barriers, shuffles, votes, atomics, shared memory, windows.
// The kernels stand in engine_kernels.cu, in the same order. Built in all three flavours.
#include <algorithm>
#include <numeric>

#include "tests/kernel_test.h"

namespace
{

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

TEST(dynamic_shared_memory_is_aligned)
{
    const auto out = one_block("mirror_dynamic", 512, 512 * sizeof(int));
    for (int i = 0; i < 512; i++)
        CHECK_EQUAL(out[i], 511 - i);
}

TEST(barriers_count_their_threads)
{
    for (const int answer : one_block("barrier_votes", 64))
        CHECK_EQUAL(answer, 0b1010 * 100 + 32);
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

TEST(parts_of_a_warp_shuffle_apart)
{
    const auto out = one_block("halves_apart", 32);
    for (int i = 0; i < 32; i++)
        CHECK_EQUAL(out[i], (i < 16 ? 120 : 31) + 16);
}

TEST(warps_vote)
{
    for (const int answer : one_block("votes", 96))
        CHECK_EQUAL(answer, 0b10101);
}

TEST(threads_may_end_early)
{
    const auto out = one_block("early_exit", 64);
    for (int i = 0; i < 64; i++)
        CHECK_EQUAL(out[i], i % 32 < 20 ? 2019 : 0);
}

TEST(a_warp_sees_what_its_lanes_wrote)
{
    const auto out = one_block("neighbours_in_a_warp", 128);
    for (int i = 0; i < 128; i++)
        CHECK_EQUAL(out[i], i);
}

// Atomics

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

TEST(twenty_four_parameters)
{
    const Buffer<long long> out(1);
    launch("read_everything", 1, 32, 0,
           {{"a", 1},  {"b", 20}, {"c", 300}, {"d", 1ll << 40}, {"e", 4000.0f}, {"f0", 50000}, {"f1", 0},  {"f2", 0},  {"f3", 0},  {"f4", 0},  {"f5", 0},       {"f6", 0},
            {"f7", 0}, {"f8", 0}, {"f9", 0},  {"f10", 0},       {"f11", 0},     {"f12", 0},    {"f13", 0}, {"f14", 0}, {"f15", 0}, {"f16", 0}, {"f17", 600000}, {"g", out}});
    CHECK_EQUAL(out[0], (1ll << 40) + 654321);
}

TEST(blocks_run_on_after_a_fault)
{
    const Buffer<int> out(64);
    for (int i = 0; i < 3; i++)
        CHECK(launch_fault("some_never_come", 1, 64, 0, {{"out", out}}) != "");
    launch("mirror", 1, 64, 0, {{"out", out}});
    CHECK_EQUAL(out[0], 65);
}
