// matmul.h: cuBLASLt's products: what was described, whether the library can do it, and by which algorithms.
#pragma once

#include <vector>

#include "simulator/cublaslt.h"
#include "simulator/elements.h"
#include "simulator/library.h"

namespace simulator::cublaslt
{

/// The library, started in a context.
struct Library
{
    int context = 0;
};

struct Layout
{
    cudaDataType_t type = CUDA_R_32F;
    cublasLtOrder_t order = CUBLASLT_ORDER_COL;
    uint64_t rows = 0, columns = 0;
    int64_t leading = 0;
    int32_t batch = 1;
    int64_t batch_stride = 0;
};

struct Operation
{
    cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
    cudaDataType_t scale = CUDA_R_32F;
    int32_t pointer_mode = 0;
    cublasOperation_t a = CUBLAS_OP_N, b = CUBLAS_OP_N, c = CUBLAS_OP_N;
    cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
    const char* bias = nullptr;
    int32_t bias_type = -1;  // that of D
};

struct Preference
{
    uint32_t search_mode = 0, reductions = 7;
    uint64_t workspace_bytes = 0, implementations = ~0ull;
    uint32_t alignments[4] = {256, 256, 256, 256};  // of A, B, C and D
};

/// A product as a whole. Its layouts are those of A, B, C and D.
struct Problem
{
    Operation operation;
    Layout a, b, c, d;

    uint64_t depth() const { return operation.a == CUBLAS_OP_N ? a.columns : a.rows; }
    bool has_bias() const { return (operation.epilogue & CUBLASLT_EPILOGUE_BIAS) != 0; }
    bool has_relu() const { return (operation.epilogue & CUBLASLT_EPILOGUE_RELU) != 0; }
};

/// A way to compute products.
struct Algorithm
{
    uint64_t id;
    uint32_t alignment;          // of all four matrices, in bytes; 0: that of their elements
    bool splits;                 // needs a workspace
    uint64_t implementations;    // of CUBLASLT_NUMERICAL_IMPL_FLAGS

    size_t workspace_bytes(const Problem& problem) const;
};

/// CUBLAS_STATUS_SUCCESS, INVALID_VALUE for what contradicts itself, NOT_SUPPORTED for what the library has no code for.
cublasStatus_t check(const Problem& problem);

/// All there are for a problem that was checked, fastest first.
std::vector<Algorithm> algorithms(const Problem& problem);

/// An algorithm as the host keeps it, and back: nothing if it is for another kind of problem or another version.
cublasLtMatmulAlgo_t pack(const Algorithm& algorithm, const Problem& problem);
std::optional<Algorithm> unpack(const cublasLtMatmulAlgo_t& packed, const Problem& problem);

/// Whether an address is a multiple of what an algorithm asks for, or of the elements where it asks for nothing.
bool is_aligned(const void* address, const Layout& layout, const Algorithm& algorithm);

Element element_of(cudaDataType_t type);

driver::Handles<Library>& libraries();
driver::Handles<Operation>& operations();
driver::Handles<Layout>& layouts();
driver::Handles<Preference>& preferences();

}  // namespace simulator::cublaslt
