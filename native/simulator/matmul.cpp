#include "simulator/matmul.h"

#include <algorithm>

namespace simulator::cublaslt
{

namespace
{

constexpr uint64_t mark = 0x53494d4c54000000;  // the first word of an algorithm of ours
constexpr uint64_t fma = 1, tensor_op = 2;     // CUBLASLT_NUMERICAL_IMPL_FLAGS_FMA, _HMMA

struct Types
{
    cublasComputeType_t compute;
    cudaDataType_t scale, factors, result;
};

/// The combinations that the table of cublasLtMatmul's documentation lists, of the types that the host uses. The bias has
/// the result's type in each.
constexpr Types supported[] = {
    {CUBLAS_COMPUTE_32F, CUDA_R_32F, CUDA_R_32F, CUDA_R_32F},           {CUBLAS_COMPUTE_32F, CUDA_R_32F, CUDA_R_16BF, CUDA_R_16BF},
    {CUBLAS_COMPUTE_32F, CUDA_R_32F, CUDA_R_16BF, CUDA_R_32F},          {CUBLAS_COMPUTE_32F, CUDA_R_32F, CUDA_R_16F, CUDA_R_16F},
    {CUBLAS_COMPUTE_32F, CUDA_R_32F, CUDA_R_16F, CUDA_R_32F},           {CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F, CUDA_R_32F, CUDA_R_32F},
    {CUBLAS_COMPUTE_64F, CUDA_R_64F, CUDA_R_64F, CUDA_R_64F},
};

bool is_supported(const Problem& problem)
{
    const Operation& operation = problem.operation;
    const bool types = std::any_of(std::begin(supported), std::end(supported), [&](const Types& row) {
        return row.compute == operation.compute && row.scale == operation.scale && row.factors == problem.a.type && row.factors == problem.b.type &&
               row.result == problem.c.type && row.result == problem.d.type;
    });
    const bool bias = !problem.has_bias() || ((operation.bias_type < 0 || operation.bias_type == problem.d.type) && problem.d.order == CUBLASLT_ORDER_COL);
    constexpr uint64_t longest = INT32_MAX;
    const bool sizes = problem.d.rows <= longest && problem.d.columns <= longest && problem.depth() <= longest;
    return types && bias && sizes && operation.pointer_mode == 0 && operation.c == CUBLAS_OP_N;
}

bool is_valid(const Layout& layout)
{
    const uint64_t shortest = layout.order == CUBLASLT_ORDER_COL ? layout.rows : layout.columns;
    return layout.rows > 0 && layout.columns > 0 && layout.leading > 0 && static_cast<uint64_t>(layout.leading) >= shortest && layout.batch > 0 && layout.batch_stride >= 0;
}

bool shapes_agree(const Problem& problem)
{
    const auto transposed = [](const Layout& layout, cublasOperation_t operation) {
        return operation == CUBLAS_OP_N ? std::pair(layout.rows, layout.columns) : std::pair(layout.columns, layout.rows);
    };
    const auto [rows, depth] = transposed(problem.a, problem.operation.a);
    const auto [depth_too, columns] = transposed(problem.b, problem.operation.b);
    const auto is_result = [&, rows = rows, columns = columns](const Layout& layout) { return layout.rows == rows && layout.columns == columns && layout.batch == problem.d.batch; };
    return depth == depth_too && is_result(problem.c) && is_result(problem.d) && problem.a.batch == problem.d.batch && problem.b.batch == problem.d.batch;
}

/// What an algorithm is for: all but sizes.
uint64_t kind_of(const Problem& problem)
{
    const Operation& operation = problem.operation;
    uint64_t kind = 0;
    for (const int part : {static_cast<int>(operation.compute), static_cast<int>(operation.a), static_cast<int>(operation.b), static_cast<int>(operation.epilogue),
                           static_cast<int>(problem.a.type), static_cast<int>(problem.d.type), static_cast<int>(problem.a.order), static_cast<int>(problem.b.order),
                           static_cast<int>(problem.c.order), static_cast<int>(problem.d.order)})
        kind = kind * 131 + static_cast<uint64_t>(part);
    return kind;
}

}  // namespace

size_t Algorithm::workspace_bytes(const Problem& problem) const
{
    constexpr uint64_t parts = 4;
    const uint64_t element = problem.operation.compute == CUBLAS_COMPUTE_64F ? 8 : 4;
    return splits ? parts * problem.d.rows * problem.d.columns * static_cast<uint64_t>(problem.d.batch) * element : 0;
}

cublasStatus_t check(const Problem& problem)
{
    for (const Layout* layout : {&problem.a, &problem.b, &problem.c, &problem.d})
        if (!is_valid(*layout))
            return CUBLAS_STATUS_INVALID_VALUE;
    if (!shapes_agree(problem))
        return CUBLAS_STATUS_INVALID_VALUE;
    return is_supported(problem) ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED;
}

std::vector<Algorithm> algorithms(const Problem& problem)
{
    const bool plain = problem.operation.compute == CUBLAS_COMPUTE_64F || (problem.operation.compute == CUBLAS_COMPUTE_32F && problem.a.type == CUDA_R_32F);
    const uint64_t units = plain ? fma : tensor_op;
    return {{1, 16, false, units}, {2, 16, true, units}, {3, 0, false, units}};
}

cublasLtMatmulAlgo_t pack(const Algorithm& algorithm, const Problem& problem)
{
    return {{mark + algorithm.id, static_cast<uint64_t>(driver::state().settings.cublaslt_version), kind_of(problem), 0, 0, 0, 0, 0}};
}

std::optional<Algorithm> unpack(const cublasLtMatmulAlgo_t& packed, const Problem& problem)
{
    for (const Algorithm& algorithm : algorithms(problem))
    {
        const cublasLtMatmulAlgo_t ours = pack(algorithm, problem);
        if (std::equal(std::begin(packed.data), std::end(packed.data), std::begin(ours.data)))
            return algorithm;
    }
    return std::nullopt;
}

bool is_aligned(const void* address, const Layout& layout, const Algorithm& algorithm)
{
    const size_t element = bytes_of(element_of(layout.type));
    const size_t alignment = std::max<size_t>(algorithm.alignment, element);
    const size_t pitch = static_cast<size_t>(layout.leading) * element, batch_pitch = static_cast<size_t>(layout.batch_stride) * element;
    return reinterpret_cast<uintptr_t>(address) % alignment == 0 && pitch % alignment == 0 && batch_pitch % alignment == 0;
}

Element element_of(cudaDataType_t type)
{
    return type == CUDA_R_64F ? Element::f64 : type == CUDA_R_16F ? Element::f16 : type == CUDA_R_16BF ? Element::bf16 : Element::f32;
}

driver::Handles<Library>& libraries()
{
    static auto& all = *new driver::Handles<Library>;
    return all;
}

driver::Handles<Operation>& operations()
{
    static auto& all = *new driver::Handles<Operation>;
    return all;
}

driver::Handles<Layout>& layouts()
{
    static auto& all = *new driver::Handles<Layout>;
    return all;
}

driver::Handles<Preference>& preferences()
{
    static auto& all = *new driver::Handles<Preference>;
    return all;
}

}  // namespace simulator::cublaslt

void simulator::driver::reset_cublaslt()
{
    cublaslt::libraries() = {};
    cublaslt::operations() = {};
    cublaslt::layouts() = {};
    cublaslt::preferences() = {};
}
