// class_rows.cuh: a batch's rows with their classes, for losses that are means over the rows that count.
#pragma once

#include "common/fault.cuh"
#include "common/reduce.cuh"

constexpr int class_threads = 256;

struct ClassRows
{
    const int* labels;
    const int* real;  // null: all
    int rows, classes;

    DEVICE bool is_real(int row) const { return real == nullptr || real[row] != 0; }

    DEVICE bool has_class(int row) const { return labels[row] >= 0 && labels[row] < classes; }

    DEVICE bool counts(int row) const { return is_real(row) && has_class(row); }

    /// Whether a row counts; one whose class does not exist is reported by the block's first thread.
    DEVICE bool counts_or_report(int row, Fault code, int* fault) const
    {
        if (is_real(row) && !has_class(row) && threadIdx.x == 0)
            report(fault, code, row, labels[row]);
        return counts(row);
    }

    /// How many rows count, at least 1. All threads of the block take part.
    DEVICE float count_block() const
    {
        float count = 0.0f;
        for (int row = threadIdx.x; row < rows; row += blockDim.x)
            count += counts(row) ? 1.0f : 0.0f;
        return fmaxf(block_reduce<Sum>(count), 1.0f);
    }

    /// Whether no row before this one counts for its class. All threads of the block take part.
    DEVICE bool first_of_class_block(int row) const
    {
        float before = 0.0f;
        for (int other = threadIdx.x; other < row; other += blockDim.x)
            before += labels[other] == labels[row] && counts(other) ? 1.0f : 0.0f;
        return block_reduce<Sum>(before) == 0.0f;
    }
};

struct ClassTotal
{
    const int* labels;
    const int* real;      // null: all
    const float* losses;  // [rows], 0 where a row does not count
    const int* firsts;    // [rows], or null
    float* loss;
    int* correct;  // null: not asked for
    int rows, classes;
    float weight;
};
FIELDS(ClassTotal, labels, real, losses, firsts, loss, correct, rows, classes, weight)

/// loss += weight times the mean of the losses; correct = sum of firsts. One block.
DEVICE void class_total(const ClassTotal& args)
{
    const ClassRows all = {args.labels, args.real, args.rows, args.classes};
    const float count = all.count_block();
    float loss = 0.0f, firsts = 0.0f;
    for (int row = threadIdx.x; row < args.rows; row += blockDim.x)
    {
        loss += args.losses[row];
        firsts += args.firsts && args.firsts[row] ? 1.0f : 0.0f;
    }
    loss = block_reduce<Sum>(loss);
    firsts = block_reduce<Sum>(firsts);
    if (threadIdx.x != 0)
        return;
    *args.loss += args.weight * loss / count;
    if (args.correct)
        *args.correct = static_cast<int>(firsts);
}
