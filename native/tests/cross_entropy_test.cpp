// cross_entropy_test.cpp: label-smoothed cross-entropy, its gradient, and which labels come out first.
#include <cmath>

#include "tests/class_losses.h"

namespace
{

constexpr float smoothing = 0.25f;

void rows(int n, const Buffer<float>& logits, const Buffer<int>& labels, const int* real, const Buffer<float>& losses, const Buffer<int>& firsts, const Buffer<float>& dlogits,
          const Buffer<int>& fault, Window window = {})
{
    const long long classes = logits.count() / labels.count();
    launch(variant<float>("cross_entropy_rows", n), labels.count(), 256, 0,
           {{"logits", logits}, {"labels", labels}, {"real", real}, {"losses", losses}, {"firsts", firsts}, {"dlogits", dlogits}, {"fault", fault}, {"rows", labels.count()},
            {"classes", classes}, {"packs", classes / n}, {"smoothing", smoothing}, {"weight", 2.0f}},
           window);
}

void check(int n, int count, int classes, bool padded, bool in_place)
{
    std::vector<int> names(count), filled(count, 1);
    int reals = 0, right = 0;
    for (int row = 0; row < count; row++)
    {
        names[row] = row * 5 % classes;
        filled[row] = !padded || row % 4 != 1;
        reals += filled[row];
    }
    const Buffer<int> labels(names), real(filled), firsts(count), fault(4, 0);
    const Buffer<float> logits = random<float>(1ll * count * classes, 3, -90, 90), losses(count), apart(logits.count());
    std::vector<float> expected(logits.count());
    double loss = 0;
    for (int row = 0; row < count; row++)
    {
        const float* z = logits.data() + 1ll * row * classes;
        double largest = z[0], sum = 0;
        int first = 0;
        for (int c = 1; c < classes; c++)
            if (z[c] > largest)
                largest = z[c], first = c;
        for (int c = 0; c < classes; c++)
            sum += std::exp(z[c] - largest);
        right += filled[row] && first == names[row];
        for (int c = 0; c < classes && filled[row]; c++)
        {
            const double log_share = z[c] - largest - std::log(sum), target = (c == names[row] ? 1 - smoothing : 0.0f) + static_cast<double>(smoothing) / classes;
            loss -= target * log_share / reals;
            expected[1ll * row * classes + c] = static_cast<float>(2 * (std::exp(log_share) - target) / reals);
        }
    }
    const Buffer<float>& dlogits = in_place ? logits : apart;
    rows(n, logits, labels, padded ? real.data() : nullptr, losses, firsts, dlogits, fault);
    near(dlogits, expected, 1e-5f);
    CHECK_EQUAL(fault[0], 0);
    near(class_total("cross_entropy_total", labels, padded ? real.data() : nullptr, losses, firsts.data(), classes), {static_cast<float>(1 + 2 * loss), 1.0f * right}, 1e-5f);
}

}  // namespace

TEST(every_logit)
{
    for (const int n : {1, 4})
        for (const bool padded : {false, true})
        {
            check(n, 1, 4, false, false);
            check(n, 33, 36, padded, false);
            check(n, 6, 1052, padded, true);
        }
    check(1, 5, 1, false, false);
    check(1, 6, 33, true, true);
}

TEST(equal_logits_go_to_the_first)
{
    const Buffer<float> logits(std::vector<float>{1, 1, 0, 1, 1, 0}), losses(2), dlogits(6);
    const Buffer<int> labels(std::vector<int>{0, 1}), firsts(2), fault(4, 0);
    rows(1, logits, labels, nullptr, losses, firsts, dlogits, fault);
    CHECK(firsts.values() == std::vector<int>({1, 0}));
}

TEST(a_label_past_the_last_class_is_reported)
{
    const Buffer<float> logits(std::vector<float>{1, 2, 3, 4}), losses(2), dlogits(4);
    const Buffer<int> labels(std::vector<int>{0, 2}), firsts(2), fault(4, 0);
    rows(1, logits, labels, nullptr, losses, firsts, dlogits, fault);
    CHECK(fault.values() == std::vector<int>({entropy_label, 1, 0, 2}));
    near({dlogits[2], dlogits[3], losses[1]}, {0, 0, 0}, 0);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int classes = 1 << 12, count = (1 << 19) + 1;
    for (const int n : {1, 4})
    {
        Buffer<float> logits(1ll * count * classes), losses(count);
        const Buffer<int> labels(count, 0), firsts(count), fault(4, 0);
        for (int i = 0; i < classes; i++)
            logits.set(logits.count() - 1 - i, 0);
        rows(n, logits, labels, nullptr, losses, firsts, logits, fault, {count - 1, 1});
        near({losses[count - 1]}, {std::log(1.0f * classes)}, 1e-6f);
        near({logits[logits.count() - 1]}, {2.0f / count * (1 - smoothing) / classes}, 0.1f);
    }
}
