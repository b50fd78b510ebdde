// top_k_test.cpp: the steps of a search by themselves, against full sorts. Whole searches are tested through the host.
#include <algorithm>
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

using Key = unsigned long long;

constexpr int query_threads = 1024, filter_threads = 256, begin_threads = 256;
constexpr int filter_length = 4096;

Key key_of(float score, int row)
{
    const unsigned bits = __float_as_uint(score + 0.0f), rank = score != score ? 0 : bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
    return static_cast<Key>(rank) << 32 | ~static_cast<unsigned>(row);
}

std::vector<Key> sorted(std::vector<Key> keys)
{
    std::sort(keys.rbegin(), keys.rend());
    return keys;
}

/// Keys in no order, with many equal scores.
std::vector<Key> keys_of(int count, unsigned seed)
{
    const std::vector<float> values = random_floats(count, seed, -5, 5);
    std::vector<Key> keys;
    for (int i = 0; i < count; i++)
        keys.push_back(key_of(i % 3 == 0 ? std::round(values[i]) : values[i], (i * 7919LL) % count));
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (size_t i = 0; i < keys.size(); i++)
        std::swap(keys[i], keys[i * 31 % keys.size()]);
    return keys;
}

void finish(int count, int kept, int wanted)
{
    const std::vector<Key> keys = keys_of(count, 3);
    const int found = static_cast<int>(keys.size()), ranked = std::min(found, kept);
    std::vector<Key> room(2 * (keys.size() + 5), 0);  // of two queries, the second has the keys
    std::copy(keys.begin(), keys.end(), room.begin() + keys.size() + 5);
    const Buffer<Key> memory(room);
    const Buffer<float> scores(2LL * wanted);
    const Buffer<long long> rows(2LL * wanted);
    launch("top_k_finish", 2, query_threads, 0,
        {{"keys", memory}, {"counts", Buffer<int>(std::vector<int>{0, found})}, {"held_scores", nullptr}, {"held_rows", nullptr}, {"scores", scores}, {"rows", rows},
            {"capacity", static_cast<long long>(keys.size()) + 5}, {"first_row", 100LL}, {"kept", kept}, {"wanted", wanted}});
    const std::vector<Key> expected = sorted(keys);
    for (int i = 0; i < wanted; i++)
    {
        CHECK_EQUAL(rows[i], -1);
        CHECK_EQUAL(rows[wanted + i], i < ranked ? 100 + static_cast<long long>(~static_cast<unsigned>(expected[i])) : -1);
        CHECK(i >= ranked || key_of(scores[wanted + i], static_cast<int>(rows[wanted + i] - 100)) == expected[i]);
        CHECK(i < ranked || scores[wanted + i] == -INFINITY);
    }
}

void select(int count, int kept, int limit)
{
    const std::vector<Key> keys = keys_of(count, 5);
    const int found = static_cast<int>(keys.size());
    const Buffer<Key> memory(keys);
    const Buffer<int> counts(1, found);
    const Buffer<Key> bounds(1, 7);
    launch("top_k_select", 1, query_threads, 0, {{"keys", memory}, {"counts", counts}, {"bounds", bounds}, {"capacity", memory.count()}, {"kept", kept}, {"limit", limit}});
    if (found <= limit)
    {
        CHECK(memory.values() == keys && counts[0] == found && bounds[0] == 7);
        return;
    }
    const std::vector<Key> best = sorted(keys);
    CHECK_EQUAL(counts[0], kept);
    CHECK(sorted({memory.data(), memory.data() + kept}) == std::vector<Key>(best.begin(), best.begin() + kept));
    CHECK(bounds[0] <= best[kept - 1] && bounds[0] > best[kept]);
}

}  // namespace

TEST(finishing_sorts)
{
    finish(0, 5, 5);
    finish(1, 1, 3);
    finish(31, 40, 40);
    finish(33, 33, 33);
    finish(1000, 1000, 1003);
    finish(5000, 10, 10);
    finish(5003, 4997, 4997);
}

TEST(selection_keeps_the_best)
{
    for (const int kept : {1, 31, 32, 1000, 1999})
        select(3001, kept, kept);
    select(3001, 10, 3001);
    select(1025, 1, 1024);
}

TEST(selection_among_equal_scores)
{
    std::vector<Key> keys;
    for (int row = 0; row < 2500; row++)
        keys.push_back(key_of(0.5f, row));
    const Buffer<Key> memory(keys);
    const Buffer<int> counts(1, 2500);
    const Buffer<Key> bounds(1, 0);
    launch("top_k_select", 1, query_threads, 0, {{"keys", memory}, {"counts", counts}, {"bounds", bounds}, {"capacity", 2500LL}, {"kept", 700}, {"limit", 1000}});
    CHECK(std::vector<Key>(memory.data(), memory.data() + 700) == std::vector<Key>(keys.begin(), keys.begin() + 700));
    CHECK(bounds[0] > keys[700]);
}

TEST(filtering_appends_what_reaches_the_bound)
{
    const int length = 2 * filter_length + 37, first = 1000;
    const long long pitch = length + 3, capacity = length + 1;
    for (const bool euclidean : {false, true})
    {
        const Buffer<float> scores = random<float>(2 * pitch, 1), squares = random<float>(length, 2, 0, 1), norms(std::vector<float>{0.25f, 0.5f});
        const Buffer<Key> bounds(std::vector<Key>{key_of(0.5f, 0), 0}), keys(2 * capacity);
        const Buffer<int> counts(std::vector<int>{1, 0});
        launch("top_k_filter", 2 * 3, filter_threads, 0,
            {{"scores", scores}, {"squared_norms", euclidean ? squares.data() : nullptr}, {"norms", norms}, {"bounds", bounds}, {"keys", keys}, {"counts", counts}, {"pitch", pitch},
                {"capacity", capacity}, {"first", first}, {"length", length}});
        for (int query = 0; query < 2; query++)
        {
            std::vector<Key> expected;
            for (int i = 0; i < length; i++)
            {
                const float score = scores[query * pitch + i];
                const Key key = key_of(euclidean ? 2 * score - squares[i] - norms[query] : score, first + i);
                if (key >= bounds[query])
                    expected.push_back(key);
            }
            const Key* begin = keys.data() + query * capacity + (query == 0 ? 1 : 0);
            CHECK_EQUAL(counts[query], static_cast<int>(expected.size()) + (query == 0 ? 1 : 0));
            CHECK(sorted({begin, begin + expected.size()}) == sorted(expected));
        }
    }
}

TEST(beginning_takes_over_earlier_results)
{
    const int dimension = 1001, wanted = 3;
    const Buffer<float> queries = random<float>(2 * dimension, 1), scores({3, 2, -1.5f, 4, -INFINITY, -INFINITY}), held_scores(6), norms(2);
    const Buffer<long long> rows({7, 8, 9, 5, -1, -1}), held_rows(6);
    const Buffer<Key> bounds(2);
    const Buffer<int> counts(2);
    launch("top_k_begin", 2, begin_threads, 0,
        {{"queries", queries}, {"scores", scores}, {"rows", rows}, {"held_scores", held_scores}, {"held_rows", held_rows}, {"norms", norms}, {"bounds", bounds}, {"counts", counts},
            {"dimension", dimension}, {"wanted", wanted}});
    CHECK(held_scores.values() == scores.values() && held_rows.values() == rows.values());
    CHECK(counts.values() == std::vector<int>(2, 0));
    CHECK_EQUAL(bounds[0], key_of(-1.5f, -1));
    CHECK(bounds[1] == 0);
    for (int query = 0; query < 2; query++)
    {
        double norm = 0;
        for (int d = 0; d < dimension; d++)
            norm += std::pow(static_cast<double>(queries[query * dimension + d]), 2);
        CHECK(std::abs(norms[query] - norm) < 1e-6 * norm);
    }
}

TEST(merging_ranks_both_lists)
{
    const std::vector<Key> keys = {key_of(2, 0), key_of(2, 3), key_of(NAN, 1), key_of(5, 2)};
    const Buffer<float> held({7, 2, 2, NAN, -INFINITY}), scores(5);
    const Buffer<long long> held_rows({90, 10, 11, 12, -1}), rows(5);
    launch("top_k_finish", 1, query_threads, 0,
        {{"keys", Buffer<Key>(keys)}, {"counts", Buffer<int>(1, 4)}, {"held_scores", held}, {"held_rows", held_rows}, {"scores", scores}, {"rows", rows}, {"capacity", 4LL},
            {"first_row", 10LL}, {"kept", 4}, {"wanted", 5}});
    // Score 2: the earlier rows 10 and 11 and the new rows 10 and 13; of two alike the earlier one stands first.
    near(scores, {7, 5, 2, 2, 2}, 0);
    CHECK(rows.values() == (std::vector<long long>{90, 12, 10, 10, 11}));
}

TEST(past_two_to_the_31_elements)
{
    const long long pitch = (1LL << 31) + 64, capacity = (1LL << 31) + 8;
    Buffer<float> scores(2 * pitch);
    for (int i = 0; i < 5; i++)
        scores.set(pitch + i, static_cast<float>(i));
    const Buffer<Key> keys(2 * capacity), bounds(2, 0);
    const Buffer<int> counts(2, 0);
    launch("top_k_filter", 2, filter_threads, 0,
        {{"scores", scores}, {"squared_norms", nullptr}, {"norms", Buffer<float>(2, 0.0f)}, {"bounds", bounds}, {"keys", keys}, {"counts", counts}, {"pitch", pitch}, {"capacity", capacity},
            {"first", 0}, {"length", 5}},
        {1, 1});
    CHECK_EQUAL(counts[1], 5);
    launch("top_k_select", 2, query_threads, 0, {{"keys", keys}, {"counts", counts}, {"bounds", bounds}, {"capacity", capacity}, {"kept", 2}, {"limit", 2}}, {1, 1});
    CHECK(sorted({keys[capacity], keys[capacity + 1]}) == (std::vector<Key>{key_of(4, 4), key_of(3, 3)}));
    const Buffer<float> best(4);
    const Buffer<long long> rows(4);
    launch("top_k_finish", 2, query_threads, 0,
        {{"keys", keys}, {"counts", counts}, {"held_scores", nullptr}, {"held_rows", nullptr}, {"scores", best}, {"rows", rows}, {"capacity", capacity}, {"first_row", 0LL}, {"kept", 2}, {"wanted", 2}},
        {1, 1});
    CHECK_EQUAL(rows[2], 4);
    CHECK_EQUAL(rows[3], 3);
}
