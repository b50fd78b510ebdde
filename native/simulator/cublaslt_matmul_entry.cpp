// cuBLASLt's heuristics, and its products.
#include <algorithm>
#include <cstring>

#include "simulator/matmul.h"
#include "simulator/products.h"

using namespace simulator::cublaslt;
using namespace simulator::driver;
using simulator::Element;
using simulator::Rounding;

namespace
{

struct Data
{
    const char *a, *b, *c;
    char* d;
    char* workspace;
};

/// A product as it was asked for: nothing of the caller's is looked at later.
struct Task
{
    Problem problem;
    Data data;
    double alpha, beta;
};

int64_t row_stride(const Layout& layout) { return layout.order == CUBLASLT_ORDER_COL ? 1 : layout.leading; }

int64_t column_stride(const Layout& layout) { return layout.order == CUBLASLT_ORDER_COL ? layout.leading : 1; }

int64_t batch_offset(const Layout& layout, int batch) { return batch * layout.batch_stride * static_cast<int64_t>(bytes_of(element_of(layout.type))); }

/// A factor whose rows are the matrix's rows if `by_rows`, and its columns otherwise; read along what lies together.
template <typename T>
struct Side
{
    simulator::Strided<T> source;
    bool rows_are_depth;

    simulator::Factor<T> factor() const { return {&source, rows_are_depth}; }
};

template <typename T>
Side<T> side(const char* address, const Layout& layout, bool by_rows, Rounding rounding)
{
    const bool rows_lie_together = layout.order == CUBLASLT_ORDER_ROW;
    return {{address, element_of(layout.type), rounding, layout.leading}, by_rows != rows_lie_together};
}

/// D^T = op(B)^T op(A)^T where D lies column by column, D = op(A) op(B) where it lies row by row: pieces lie together.
template <typename T>
class Result final : public simulator::Sink<T>
{
public:
    Result(const Task& task, int batch)
        : task_(task), type_(element_of(task.problem.d.type)), c_(task.data.c + batch_offset(task.problem.c, batch)), d_(task.data.d + batch_offset(task.problem.d, batch))
    {
    }

    void take(int64_t line, int64_t first, int count, const T* sums) override
    {
        const Problem& problem = task_.problem;
        const bool by_columns = problem.d.order == CUBLASLT_ORDER_COL;
        T values[simulator::longest_piece], others[simulator::longest_piece];
        for (int i = 0; i < count; i++)
            values[i] = static_cast<T>(task_.alpha) * sums[i];
        if (task_.beta != 0)
        {
            const int64_t down = row_stride(problem.c), across = column_stride(problem.c);
            load(at(c_, by_columns ? line * across + first * down : line * down + first * across), by_columns ? down : across, count, type_, Rounding::none, others);
            for (int i = 0; i < count; i++)
                values[i] += static_cast<T>(task_.beta) * others[i];
        }
        if (problem.has_bias())
        {
            load(at(problem.operation.bias, first), 1, count, type_, Rounding::none, others);
            for (int i = 0; i < count; i++)
                values[i] += others[i];
        }
        if (problem.has_relu())
            for (int i = 0; i < count; i++)
                values[i] = values[i] < 0 ? 0 : values[i];
        store(values, count, type_, const_cast<char*>(at(d_, line * problem.d.leading + first)));
    }

private:
    const char* at(const char* address, int64_t element) const { return address + element * static_cast<int64_t>(bytes_of(type_)); }

    const Task& task_;
    Element type_;
    const char* c_;
    char* d_;
};

template <typename T>
void compute(const Task& task)
{
    const Problem& problem = task.problem;
    const Rounding rounding = problem.operation.compute == CUBLAS_COMPUTE_32F_FAST_TF32 ? Rounding::tf32 : Rounding::none;
    const int64_t rows = problem.d.rows, columns = problem.d.columns, depth = problem.depth();
    for (int batch = 0; batch < problem.d.batch; batch++)
    {
        const auto a = side<T>(task.data.a + batch_offset(problem.a, batch), problem.a, problem.operation.a == CUBLAS_OP_N, rounding);
        const auto b = side<T>(task.data.b + batch_offset(problem.b, batch), problem.b, problem.operation.b == CUBLAS_OP_T, rounding);
        Result<T> result(task, batch);
        if (problem.d.order == CUBLASLT_ORDER_COL)
            multiply(columns, rows, depth, b.factor(), a.factor(), result);
        else
            multiply(rows, columns, depth, a.factor(), b.factor(), result);
    }
}

/// What is in the workspace does not matter before, and nobody may count on it after.
void run(const Task& task, size_t workspace_bytes)
{
    if (workspace_bytes > 0)
        memset(task.data.workspace, 0xff, workspace_bytes);
    if (task.problem.operation.compute == CUBLAS_COMPUTE_64F)
        compute<double>(task);
    else
        compute<float>(task);
}

void add_matrix(std::vector<Operand>& operands, const char* name, const char* address, const Layout& layout, bool writes)
{
    const bool by_columns = layout.order == CUBLASLT_ORDER_COL;
    const size_t element = bytes_of(element_of(layout.type));
    for (int batch = 0; batch < layout.batch; batch++)
        operands.push_back({name, address + batch_offset(layout, batch), by_columns ? layout.columns : layout.rows, (by_columns ? layout.rows : layout.columns) * element,
                            static_cast<size_t>(layout.leading) * element, writes, !writes});
}

std::vector<Operand> operands_of(const Task& task, size_t workspace_bytes)
{
    const Problem& problem = task.problem;
    std::vector<Operand> operands;
    add_matrix(operands, "A", task.data.a, problem.a, false);
    add_matrix(operands, "B", task.data.b, problem.b, false);
    if (task.beta != 0)
        add_matrix(operands, "C", task.data.c, problem.c, false);
    add_matrix(operands, "D", task.data.d, problem.d, true);
    if (problem.has_bias())
        operands.push_back({"the bias", problem.operation.bias, 1, problem.d.rows * bytes_of(element_of(problem.d.type)), 0});
    if (workspace_bytes > 0)
        operands.push_back({"the workspace", task.data.workspace, 1, workspace_bytes, 0, true, false});
    return operands;
}

/// The layouts and the operation, if all of them are there.
std::optional<Problem> find_problem(cublasLtMatmulDesc_t operation, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c, cublasLtMatrixLayout_t d)
{
    const Operation* const found = operations().find(operation);
    const Layout* const found_layouts[] = {layouts().find(a), layouts().find(b), layouts().find(c), layouts().find(d)};
    if (!found || std::find(std::begin(found_layouts), std::end(found_layouts), nullptr) != std::end(found_layouts))
        return std::nullopt;
    return Problem{*found, *found_layouts[0], *found_layouts[1], *found_layouts[2], *found_layouts[3]};
}

bool is_allowed(const Algorithm& algorithm, const Problem& problem, const Preference& preference)
{
    const Layout* const all[] = {&problem.a, &problem.b, &problem.c, &problem.d};
    for (int i = 0; i < 4; i++)
        if (preference.alignments[i] < algorithm.alignment || !is_aligned(nullptr, *all[i], algorithm))
            return false;
    const bool splits = !algorithm.splits || (preference.reductions != 0 && algorithm.workspace_bytes(problem) <= preference.workspace_bytes);
    return splits && (algorithm.implementations & ~preference.implementations) == 0;
}

/// What the given algorithm needs of this call's pointers; without one the default preference chooses: no workspace.
cublasStatus_t choose(const Task& task, const cublasLtMatmulAlgo_t* packed, size_t workspace_bytes, std::optional<Algorithm>& chosen)
{
    const Problem& problem = task.problem;
    if (packed)
        chosen = unpack(*packed, problem);
    else
        for (const Algorithm& algorithm : algorithms(problem))
            if (!chosen && is_allowed(algorithm, problem, Preference{}))
                chosen = algorithm;
    if (!chosen)
        return CUBLAS_STATUS_INVALID_VALUE;
    const size_t needed = chosen->workspace_bytes(problem);
    if (needed > 0 && (!task.data.workspace || workspace_bytes < needed || reinterpret_cast<uintptr_t>(task.data.workspace) % 16 != 0))
        return CUBLAS_STATUS_INVALID_VALUE;
    const bool aligned = is_aligned(task.data.a, problem.a, *chosen) && is_aligned(task.data.b, problem.b, *chosen) && is_aligned(task.data.c, problem.c, *chosen) &&
                         is_aligned(task.data.d, problem.d, *chosen);
    return aligned ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}

double scalar(const void* value, cudaDataType_t type)
{
    if (type == CUDA_R_64F)
        return *static_cast<const double*>(value);
    return *static_cast<const float*>(value);
}

bool has_layouts_in_place(const Task& task)
{
    const Layout &c = task.problem.c, &d = task.problem.d;
    return task.data.c != task.data.d || (c.order == d.order && c.leading == d.leading && c.batch_stride == d.batch_stride);
}

cublasStatus_t issue(Task task, const cublasLtMatmulAlgo_t* packed, size_t workspace_bytes, Stream& stream)
{
    const Problem& problem = task.problem;
    if (const cublasStatus_t status = check(problem); status != CUBLAS_STATUS_SUCCESS)
        return status;
    if (!task.data.a || !task.data.b || !task.data.c || !task.data.d || (problem.has_bias() && !problem.operation.bias) || !has_layouts_in_place(task))
        return CUBLAS_STATUS_INVALID_VALUE;
    std::optional<Algorithm> algorithm;
    if (const cublasStatus_t status = choose(task, packed, workspace_bytes, algorithm); status != CUBLAS_STATUS_SUCCESS)
        return status;
    const size_t needed = algorithm->workspace_bytes(problem);
    return enqueue_library_work(stream, "cublasLtMatmul", operands_of(task, needed), [=] { run(task, needed); }) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_EXECUTION_FAILED;
}

}  // namespace

cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation, cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b, cublasLtMatrixLayout_t c,
                                              cublasLtMatrixLayout_t d, cublasLtMatmulPreference_t preference_handle, int requested_count,
                                              cublasLtMatmulHeuristicResult_t* results, int* count)
{
    return guarded(CUBLAS_STATUS_ALLOC_FAILED, CUBLAS_STATUS_INTERNAL_ERROR, [&] {
        if (const std::optional<int> planted = planted_status("cublasLtMatmulAlgoGetHeuristic"))
            return static_cast<cublasStatus_t>(*planted);
        if (!libraries().find(handle))
            return CUBLAS_STATUS_NOT_INITIALIZED;
        const Preference* const preference = preferences().find(preference_handle);
        const std::optional<Problem> problem = find_problem(operation, a, b, c, d);
        if (!preference || !problem || requested_count < 1 || !results || !count)
            return CUBLAS_STATUS_INVALID_VALUE;
        *count = 0;
        if (const cublasStatus_t status = check(*problem); status != CUBLAS_STATUS_SUCCESS)
            return status;
        for (const Algorithm& algorithm : algorithms(*problem))
            if (*count < requested_count && is_allowed(algorithm, *problem, *preference))
                results[(*count)++] = {pack(algorithm, *problem), algorithm.workspace_bytes(*problem), CUBLAS_STATUS_SUCCESS, 1, {}};
        return *count > 0 ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
    });
}

cublasStatus_t cublasLtMatmul(cublasLtHandle_t handle, cublasLtMatmulDesc_t operation, const void* alpha, const void* a_data, cublasLtMatrixLayout_t a, const void* b_data,
                              cublasLtMatrixLayout_t b, const void* beta, const void* c_data, cublasLtMatrixLayout_t c, void* d_data, cublasLtMatrixLayout_t d,
                              const cublasLtMatmulAlgo_t* algorithm, void* workspace, size_t workspace_bytes, CUstream stream_handle)
{
    return guarded(CUBLAS_STATUS_ALLOC_FAILED, CUBLAS_STATUS_INTERNAL_ERROR, [&] {
        if (const std::optional<int> planted = planted_status("cublasLtMatmul"))
            return static_cast<cublasStatus_t>(*planted);
        const Library* const library = libraries().find(handle);
        if (!library)
            return CUBLAS_STATUS_NOT_INITIALIZED;
        const std::optional<Problem> problem = find_problem(operation, a, b, c, d);
        if (!problem || !alpha || !beta)
            return CUBLAS_STATUS_INVALID_VALUE;
        Context* const context = usable_context();
        Stream* const stream = context && context->number == library->context ? find_stream(*context, stream_handle) : nullptr;
        if (!stream || stream->context != context)
            return CUBLAS_STATUS_EXECUTION_FAILED;
        const Data data = {static_cast<const char*>(a_data), static_cast<const char*>(b_data), static_cast<const char*>(c_data), static_cast<char*>(d_data),
                           static_cast<char*>(workspace)};
        return issue({*problem, data, scalar(alpha, problem->operation.scale), scalar(beta, problem->operation.scale)}, algorithm, workspace_bytes, *stream);
    });
}
