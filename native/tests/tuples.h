// tuples.h: what the tests of losses over tuples (common/tuples.cuh) share.
#pragma once

#include "common/tuples.cuh"
#include "tests/kernel_test.h"

/// Tuples of so many rows each: a query, its positive, its negatives.
inline std::vector<int> tuple_labels(const std::vector<int>& lengths)
{
    std::vector<int> labels;
    for (const int length : lengths)
        for (int row = 0; row < length; row++)
            labels.push_back(row == 0 ? query_label : row == 1 ? positive_label : negative_label);
    return labels;
}

/// Short and long tuples, and queries by themselves.
inline std::vector<std::vector<int>> tuple_lengths() { return {{2}, {7, 7, 7}, {1, 3, 1}, {40, 34, 2}, {33, 35}, {70}}; }

/// Rows and labels that end past 2^31 elements: the last rows are a query, its positive and a negative.
struct FarTuple
{
    static constexpr int dimension = 1 << 12, rows = (1 << 19) + 3;

    Buffer<float> x{1ll * rows * dimension}, dx{1ll * rows * dimension}, losses{rows};
    Buffer<int> labels{rows};
    Window query{rows - 3, 1};

    FarTuple(float q, float positive, float negative)
    {
        const float values[3] = {q, positive, negative};
        const int roles[3] = {query_label, positive_label, negative_label};
        for (int row = 0; row < 3; row++)
        {
            labels.set(rows - 3 + row, roles[row]);
            for (int i = 0; i < dimension; i++)
                x.set((1ll * rows - 3 + row) * dimension + i, values[row]);
        }
    }

    float gradient(int row) const { return dx[(1ll * rows - 3 + row + 1) * dimension - 1]; }
};

/// Runs a loss's second kernel over labels alone and gives what it reported: code, row, value.
inline std::vector<int> reported(const char* kernel, const std::vector<int>& values)
{
    const Buffer<int> labels(values), fault(4, 0);
    const Buffer<float> losses(labels.count(), 0.0f), loss(1);
    launch(kernel, 1, tuple_threads, 0, {{"labels", labels}, {"losses", losses}, {"loss", loss}, {"fault", fault}, {"rows", labels.count()}});
    return {fault[0], fault[1], fault[3]};
}
