// batch_hard_test.cpp: hardest pairs of every row, and what they cost.
#include <cmath>

#include "tests/kernel_test.h"

namespace
{

using HardKey = unsigned long long;

constexpr HardKey no_negative = ~0ull;

struct Rows
{
    int count, dimension, groups;
    bool prototypes;

    int all() const { return prototypes ? 2 * count : count; }
};

struct Keys
{
    Buffer<HardKey> positives, negatives;

    explicit Keys(int rows) : positives(rows), negatives(rows)
    {
        launch("batch_hard_begin", (rows + 255) / 256, 256, 0, {{"positive_keys", positives}, {"negative_keys", negatives}, {"rows", rows}});
    }
};

void mine(int n, const Rows& rows, const Buffer<float>& x, const float* prototypes, const Buffer<int>& labels, const int* members, const Keys& keys, bool prototypes_only,
          bool cosine, Window window = {})
{
    const long long tiles = (rows.all() / rows.groups + 31) / 32;
    launch(variant<float>("batch_hard_mine", n), rows.groups * tiles * (tiles + 1) / 2, 256, 0,
           {{"x", x}, {"prototypes", prototypes}, {"labels", labels}, {"members", members}, {"positive_keys", keys.positives}, {"negative_keys", keys.negatives},
            {"count", rows.count}, {"dimension", rows.dimension}, {"groups", rows.groups}, {"prototypes_only", prototypes_only ? 1 : 0}, {"cosine", cosine ? 1 : 0}},
           window);
}

HardKey key(float value, unsigned row) { return static_cast<HardKey>(__float_as_uint(value)) << 32 | row; }

/// The row of a key, or -1.
int positive_of(HardKey found) { return found == 0 ? -1 : static_cast<int>(~static_cast<unsigned>(found)); }
int negative_of(HardKey found) { return found == no_negative ? -1 : static_cast<int>(static_cast<unsigned>(found)); }

/// Every kind of mining against plain loops; values are few and whole, so that there are ties and no rounding.
void check(int n, const Rows& rows, bool prototypes_only, bool cosine)
{
    std::vector<float> values = random_floats(1ll * rows.all() * rows.dimension, 5, -3, 4);
    for (float& value : values)
        value = cosine ? std::floor(value) / 64 : std::floor(value);
    const Buffer<float> x(std::vector<float>(values.begin(), values.begin() + 1ll * rows.count * rows.dimension));
    const Buffer<float> prototypes(std::vector<float>(values.begin() + x.count(), values.end()));
    std::vector<int> names(rows.count), taking_part(rows.count);
    for (int row = 0; row < rows.count; row++)
    {
        names[row] = row / rows.groups % 4;
        taking_part[row] = row % 7 != 6;
    }
    const Buffer<int> labels(names), members(taking_part);
    const Keys keys(rows.all());
    mine(n, rows, x, rows.prototypes ? prototypes.data() : nullptr, labels, rows.prototypes ? members.data() : nullptr, keys, prototypes_only, cosine);
    for (int row = 0; row < rows.all(); row++)
    {
        int positive = -1, negative = -1;
        double far = -1, near = 1e30;
        for (int other = row % rows.groups; other < rows.all(); other += rows.groups)
        {
            if (rows.prototypes && (!taking_part[row % rows.count] || !taking_part[other % rows.count]))
                continue;
            if (prototypes_only && (row >= rows.count || other < rows.count))
                continue;
            double sum = 0;
            for (int i = 0; i < rows.dimension; i++)
            {
                const double a = values[1ll * row * rows.dimension + i], b = values[1ll * other * rows.dimension + i];
                sum += cosine ? a * b : (a - b) * (a - b);
            }
            const double value = !cosine ? sum : std::max(1 - sum, 0.0);
            const bool same = names[row % rows.count] == names[other % rows.count];
            if (same && value > far)
                far = value, positive = other;
            if (!same && value < near)
                near = value, negative = other;
        }
        CHECK_EQUAL(positive_of(keys.positives[row]), positive);
        CHECK_EQUAL(negative_of(keys.negatives[row]), negative);
    }
}

struct Found
{
    Buffer<int> positives, negatives;
    Buffer<float> near, far, towards, away, loss{1, 1.0f};

    explicit Found(int rows) : positives(rows), negatives(rows), near(rows), far(rows), towards(rows), away(rows) {}
};

void weigh(const std::vector<HardKey>& positives, const std::vector<HardKey>& negatives, const int* anchors, int groups, int distance, bool soft, const Found& found)
{
    const Buffer<HardKey> positive_keys(positives), negative_keys(negatives);
    launch("batch_hard_weigh", 1, 1024, 0,
           {{"positive_keys", positive_keys}, {"negative_keys", negative_keys}, {"anchors", anchors}, {"positives", found.positives}, {"negatives", found.negatives},
            {"positive_distances", found.far}, {"negative_distances", found.near}, {"towards", found.towards}, {"away", found.away}, {"loss", found.loss},
            {"rows", positive_keys.count()}, {"groups", groups}, {"distance", distance}, {"soft", soft ? 1 : 0}, {"margin", 0.5f}, {"weight", 2.0f}});
}

}  // namespace

TEST(every_row_has_its_hardest)
{
    for (const int n : {1, 4})
        for (const int dimension : {4, 36})
            for (const bool cosine : {false, true})
            {
                check(n, {1, dimension, 1, false}, false, cosine);
                check(n, {33, dimension, 1, false}, false, cosine);
                check(n, {70, dimension, 1, false}, false, cosine);
                check(n, {36, dimension, 2, true}, false, cosine);
                check(n, {36, dimension, 2, true}, true, cosine);
            }
    check(1, {7, 3, 1, false}, false, false);
}

TEST(what_is_not_a_number_is_hardest)
{
    const Buffer<float> x(std::vector<float>{1, NAN, 3});
    const Buffer<int> labels({0, 0, 1});
    const Keys keys(3);
    mine(1, {3, 1, 1, false}, x, nullptr, labels, nullptr, keys, false, false);
    CHECK_EQUAL(positive_of(keys.positives[0]), 1);
    CHECK_EQUAL(negative_of(keys.negatives[2]), 1);
}

TEST(costs_are_means_of_groups)
{
    // Group 0: row 0 costs, row 2 is far enough; group 1: row 1 has no negative, row 3 is no anchor of x but stands behind it.
    const std::vector<HardKey> positives = {key(4, ~2u), key(1, ~3u), key(1, ~0u), key(9, ~1u)}, negatives = {key(4, 2), no_negative, key(9, 0), key(4, 1)};
    const Found found(4);
    weigh(positives, negatives, nullptr, 2, 0, false, found);
    near({found.loss[0]}, {1 + 2 * (0.5f / 2 + 1.5f) / 2}, 1e-6f);
    near(found.towards, {0.25f, 0, 0, 1.0f / 3}, 1e-6f);
    near(found.away, {-0.25f, 0, 0, -0.5f}, 1e-6f);
    CHECK(found.positives.values() == std::vector<int>({2, 3, 0, 1}) && found.negatives.values() == std::vector<int>({2, -1, 0, 1}));
    near(found.far, {2, 1, 1, 3}, 1e-6f);

    const Buffer<int> anchors({0, 1, 1, 1});
    const Found squared(4);
    weigh(positives, negatives, anchors.data(), 1, 1, false, squared);
    near({squared.loss[0]}, {1 + 2 * 5.5f / 2}, 1e-6f);
    near(squared.towards, {0, 0, 0, 2}, 1e-6f);

    const Found soft(4);
    weigh(positives, negatives, nullptr, 1, 2, true, soft);
    const float cost = std::log(2.0f) + std::log1p(std::exp(-8.0f)) + 5 + std::log1p(std::exp(-5.0f));
    near({soft.loss[0]}, {1 + 2 * cost / 3}, 1e-6f);
    near({soft.towards[0]}, {1.0f / 3}, 1e-6f);
}

TEST(no_pairs_cost_nothing)
{
    const Found found(1);
    weigh({key(0, ~0u)}, {no_negative}, nullptr, 1, 0, false, found);
    near({found.loss[0], found.towards[0], found.away[0]}, {1, 0, 0}, 0);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, count = (1 << 19) + 32;
    for (const int n : {1, 4})
    {
        Buffer<float> x(1ll * count * dimension);
        Buffer<int> labels(count);
        for (int row = count - 32; row < count; row++)
        {
            labels.set(row, row % 2);
            for (int i = 0; i < dimension; i++)
                x.set(1ll * row * dimension + i, static_cast<float>(row - count));
        }
        const Keys keys(count);
        const unsigned long long tiles = count / 32, pairs = tiles * (tiles + 1) / 2;
        mine(n, {count, dimension, 1, false}, x, nullptr, labels, nullptr, keys, false, false, {pairs - 1, 1});
        CHECK_EQUAL(positive_of(keys.positives[count - 1]), count - 31);
        CHECK_EQUAL(negative_of(keys.negatives[count - 1]), count - 2);
    }
}
