// optimizers_test.cpp: steps over tables of tensors of every length and alignment, against the formulas in double.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

constexpr int threads = 256;
constexpr long long chunk_length = 4096;

/// A row of the table as the host writes it.
struct Row
{
    const float* weights;
    const float* gradient;
    const float* momentum;
    const float* second_moment;
    const bf16* working;
    long long count;
    float rate, decay, keep, second_scale;
};

/// A parameter whose arrays begin `skip` elements behind an aligned address, the gradient `skew` more.
struct Slot
{
    long long count;
    int skip, skew;
    Buffer<float> w, g, m, v;
    Buffer<bf16> working;
    std::vector<double> expected_w, expected_m, expected_v;

    Slot(long long count, int skip, int skew, unsigned seed)
        : count(count), skip(skip), skew(skew), w(random<float>(skip + count, seed)), g(random<float>(skip + skew + count, seed + 1)), m(random<float>(skip + count, seed + 2)),
          v(random<float>(skip + count, seed + 3, 0, 1)), working(skip + count)
    {
        for (long long i = 0; i < count; i++)
        {
            expected_w.push_back(w[skip + i]);
            expected_m.push_back(m[skip + i]);
            expected_v.push_back(v[skip + i]);
        }
    }

    double gradient(long long i) const { return g[skip + skew + i]; }

    Row row(float rate, float decay, float keep = 1, float second_scale = 1) const
    {
        return {w.data() + skip, g.data() + skip + skew, m.data() + skip, v.data() + skip, working.data() + skip, count, rate, decay, keep, second_scale};
    }

    void check(bool second)
    {
        for (long long i = 0; i < count; i++)
        {
            CHECK(std::abs(w[skip + i] - expected_w[i]) <= 3e-6);
            CHECK(std::abs(m[skip + i] - expected_m[i]) <= 3e-6);
            CHECK(!second || std::abs(v[skip + i] - expected_v[i]) <= 3e-6);
            bf16 rounded;
            from_float(w[skip + i], rounded);
            CHECK_EQUAL(working[skip + i].bits, rounded.bits);
        }
    }
};

std::vector<Slot> slots()
{
    std::vector<Slot> all;
    unsigned seed = 1;
    for (const long long count : {1, 31, 32, 33, 4095, 4096, 4097, 8209})
        for (const int skip : {0, 1, 3})
            all.emplace_back(count, skip, count % 2 == 0 ? 0 : skip, seed += 10);
    return all;
}

std::vector<long long> starts_of(const std::vector<Slot>& all, long long& chunks)
{
    std::vector<long long> starts;
    chunks = 0;
    for (const Slot& slot : all)
    {
        starts.push_back(chunks);
        chunks += (slot.count + chunk_length - 1) / chunk_length;
    }
    return starts;
}

void sgd(bool first, bool nesterov)
{
    std::vector<Slot> all = slots();
    std::vector<Row> rows;
    for (Slot& slot : all)
    {
        rows.push_back(slot.row(0.25f, 0.5f));
        for (long long i = 0; i < slot.count; i++)
        {
            const double g = slot.gradient(i) + 0.5 * slot.expected_w[i];
            slot.expected_m[i] = first ? g : 0.75 * slot.expected_m[i] + g;
            slot.expected_w[i] -= 0.25 * (nesterov ? g + 0.75 * slot.expected_m[i] : slot.expected_m[i]);
        }
    }
    long long chunks;
    const Buffer<long long> starts(starts_of(all, chunks));
    launch("sgd_update", chunks, threads, 0, {{"rows", Buffer<Row>(rows)}, {"starts", starts}, {"tensors", static_cast<int>(rows.size())}, {"first", first}, {"nesterov", nesterov}, {"momentum", 0.75f}});
    for (Slot& slot : all)
        slot.check(false);
}

}  // namespace

TEST(sgd_steps)
{
    sgd(true, false);
    sgd(false, false);
    sgd(false, true);
}

TEST(adam_steps)
{
    std::vector<Slot> all = slots();
    std::vector<Row> rows;
    for (Slot& slot : all)
    {
        rows.push_back(slot.row(0.01f, 0.25f, 0.9f, 2.0f));
        for (long long i = 0; i < slot.count; i++)
        {
            const double g = slot.gradient(i) + 0.25 * slot.expected_w[i];
            slot.expected_m[i] = 0.875 * slot.expected_m[i] + 0.125 * g;
            slot.expected_v[i] = 0.75 * slot.expected_v[i] + 0.25 * g * g;
            slot.expected_w[i] = 0.9f * slot.expected_w[i] - 0.01f * slot.expected_m[i] / (std::sqrt(2 * slot.expected_v[i]) + 0.5);
        }
    }
    long long chunks;
    const Buffer<long long> starts(starts_of(all, chunks));
    launch("adam_update", chunks, threads, 0,
        {{"rows", Buffer<Row>(rows)}, {"starts", starts}, {"tensors", static_cast<int>(rows.size())}, {"beta1", 0.875f}, {"rest1", 0.125f}, {"beta2", 0.75f}, {"rest2", 0.25f}, {"epsilon", 0.5f}});
    for (Slot& slot : all)
        slot.check(true);
}

TEST(a_first_step_reads_no_momentum)
{
    const Buffer<float> w(33, 1.0f), g(33, 2.0f), m(33);
    const Buffer<Row> rows({Row{w.data(), g.data(), m.data(), nullptr, nullptr, 33, 0.5f, 0, 1, 1}});
    launch("sgd_update", 1, threads, 0, {{"rows", rows}, {"starts", Buffer<long long>(1, 0)}, {"tensors", 1}, {"first", 1}, {"nesterov", 0}, {"momentum", 0.9f}});
    near(w, std::vector<float>(33, 0), 0);
    near(m, std::vector<float>(33, 2), 0);
}

TEST(past_two_to_the_31_elements)
{
    const long long count = (1ll << 31) + chunk_length + 5, chunks = (count + chunk_length - 1) / chunk_length, first = (chunks - 1) * chunk_length;
    Buffer<float> w(count), g(count);
    const Buffer<float> m(count), v(count);
    for (long long i = first; i < count; i++)
    {
        w.set(i, 1);
        g.set(i, 0.5f);
    }
    const Buffer<Row> rows({Row{w.data(), g.data(), m.data(), nullptr, nullptr, count, 2, 0, 1, 1}});
    const Buffer<long long> starts(1, 0);
    launch("sgd_update", chunks, threads, 0, {{"rows", rows}, {"starts", starts}, {"tensors", 1}, {"first", 1}, {"nesterov", 0}, {"momentum", 0.0f}}, {static_cast<unsigned long long>(chunks) - 1, 1});
    for (long long i = first; i < count; i++)
        CHECK_EQUAL(w[i], 0.0f);
}
