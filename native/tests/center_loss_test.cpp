// center_loss_test.cpp: distances of rows to the centres of their classes, and both gradients.
#include "tests/class_losses.h"

namespace
{

void rows(int n, const Buffer<float>& x, const Buffer<int>& labels, const int* real, const Buffer<float>& centers, const Buffer<float>& losses, const Buffer<float>& dx,
          const Buffer<float>& dcenters, const Buffer<int>& fault, int classes, int dimension, Window window = {})
{
    launch(variant<float>("center_loss_rows", n), labels.count(), 256, 0,
           {{"x", x}, {"labels", labels}, {"real", real}, {"centers", centers}, {"losses", losses}, {"dx", dx}, {"dcenters", dcenters}, {"fault", fault},
            {"rows", labels.count()}, {"classes", classes}, {"packs", dimension / n}, {"weight", 2.0f}},
           window);
}

void check(int n, int count, int classes, int dimension, bool padded)
{
    std::vector<int> names(count), filled(count, 1);
    int reals = 0;
    for (int row = 0; row < count; row++)
    {
        names[row] = row * 3 % classes;
        filled[row] = !padded || row % 4 != 1;
        reals += filled[row];
    }
    const Buffer<int> labels(names), real(filled), fault(4, 0);
    const Buffer<float> x = random<float>(1ll * count * dimension), centers = random<float>(1ll * classes * dimension, 2), losses(count);
    const Buffer<float> dx(x.count(), 1.0f), dcenters(centers.count(), 1.0f);
    std::vector<float> expected(x.count(), 1.0f), pulls(centers.count(), 1.0f);
    double loss = 0;
    for (int row = 0; row < count; row++)
        for (int i = 0; i < dimension && filled[row]; i++)
        {
            const float difference = x[1ll * row * dimension + i] - centers[1ll * names[row] * dimension + i];
            loss += difference * difference / reals;
            expected[1ll * row * dimension + i] += 4 * difference / reals;
            pulls[1ll * names[row] * dimension + i] -= 4 * difference / reals;
        }
    rows(n, x, labels, padded ? real.data() : nullptr, centers, losses, dx, dcenters, fault, classes, dimension);
    near(dx, expected, 1e-5f);
    near(dcenters, pulls, 1e-5f);
    CHECK_EQUAL(fault[0], 0);
    near(class_total("center_loss_total", labels, padded ? real.data() : nullptr, losses, nullptr, classes), {static_cast<float>(1 + 2 * loss), 0}, 1e-5f);
}

}  // namespace

TEST(every_row_and_centre)
{
    for (const int n : {1, 4})
        for (const bool padded : {false, true})
        {
            check(n, 1, 1, 4, false);
            check(n, 33, 5, 36, padded);
            check(n, 9, 40, 1028, padded);
        }
    check(1, 7, 2, 3, true);
}

TEST(a_label_past_the_last_class_is_reported)
{
    const Buffer<int> labels({1, 2, 0}), real({1, 1, 1}), fault(4, 0);
    const Buffer<float> x(3, 1.0f), centers(2, 0.0f), losses(3), dx(3, 0.0f), dcenters(2, 0.0f);
    rows(1, x, labels, real.data(), centers, losses, dx, dcenters, fault, 2, 1);
    CHECK(fault.values() == std::vector<int>({center_label, 1, 0, 2}));
    near(dx, {2, 0, 2}, 0);
    near(class_total("center_loss_total", labels, real.data(), losses, nullptr, 2), {3, 0}, 1e-6f);
}

TEST(past_two_to_the_31_elements)
{
    constexpr int dimension = 1 << 12, count = (1 << 19) + 1;
    for (const int n : {1, 4})
    {
        const Buffer<int> labels(count, 0), fault(4, 0);
        Buffer<float> x(1ll * count * dimension), dx(1ll * count * dimension), losses(count);
        const Buffer<float> centers(dimension, 1.0f), dcenters(dimension, 0.0f);
        for (int i = 0; i < dimension; i++)
        {
            x.set(x.count() - 1 - i, 3);
            dx.set(x.count() - 1 - i, 0);
        }
        rows(n, x, labels, nullptr, centers, losses, dx, dcenters, fault, 1, dimension, {count - 1, 1});
        CHECK_EQUAL(losses[count - 1], 4.0f * dimension);
        CHECK_EQUAL(dx[dx.count() - 1], 8.0f / count);
    }
}
