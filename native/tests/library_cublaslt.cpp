// cuBLASLt's products: types, transposes, orders, epilogues, batches, against three loops; and what is refused.
#include "simulator/cublaslt.h"
#include "tests/library_session.h"

#define LT_OK(call) CHECK_EQUAL(call, CUBLAS_STATUS_SUCCESS)

using namespace library_tests;

namespace
{

struct Matrix
{
    uint64_t rows, columns;
    cudaDataType_t type = CUDA_R_32F;
    bool by_rows = false;
    int64_t leading = 0;
    int32_t batch = 1;

    int64_t pitch() const { return leading > 0 ? leading : static_cast<int64_t>(by_rows ? columns : rows); }
    size_t count() const { return static_cast<size_t>(pitch()) * (by_rows ? rows : columns); }
    size_t at(uint64_t row, uint64_t column) const { return by_rows ? row * static_cast<size_t>(pitch()) + column : column * static_cast<size_t>(pitch()) + row; }
};

Element element(cudaDataType_t type) { return type == CUDA_R_64F ? Element::f64 : type == CUDA_R_16F ? Element::f16 : type == CUDA_R_16BF ? Element::bf16 : Element::f32; }

struct Product
{
    Matrix a, b, d;
    bool transpose_a = false, transpose_b = false;
    cublasLtEpilogue_t epilogue = CUBLASLT_EPILOGUE_DEFAULT;
    cublasComputeType_t compute = CUBLAS_COMPUTE_32F;
    float alpha = 1, beta = 0;

    uint64_t depth() const { return transpose_a ? a.rows : a.columns; }
};

/// A product's handles, and the memory of its operands.
struct LtSession : Session
{
    cublasLtHandle_t handle = nullptr;
    cublasLtMatmulDesc_t operation = nullptr;
    cublasLtMatrixLayout_t a = nullptr, b = nullptr, d = nullptr;
    cublasLtMatmulPreference_t preference = nullptr;
    Numbers a_numbers, b_numbers, d_numbers, bias_numbers;
    CUdeviceptr a_data = 0, b_data = 0, d_data = 0, bias_data = 0;
    Product product;

    explicit LtSession(const Product& wanted) : product(wanted)
    {
        LT_OK(cublasLtCreate(&handle));
        LT_OK(cublasLtMatmulDescCreate(&operation, product.compute, product.compute == CUBLAS_COMPUTE_64F ? CUDA_R_64F : CUDA_R_32F));
        set(CUBLASLT_MATMUL_DESC_TRANSA, static_cast<int32_t>(product.transpose_a));
        set(CUBLASLT_MATMUL_DESC_TRANSB, static_cast<int32_t>(product.transpose_b));
        set(CUBLASLT_MATMUL_DESC_EPILOGUE, product.epilogue);
        LT_OK(cublasLtMatmulPreferenceCreate(&preference));
        a = layout(product.a);
        b = layout(product.b);
        d = layout(product.d);
        fill(product.a, 1, a_numbers, a_data);
        fill(product.b, 2, b_numbers, b_data);
        fill(product.d, 3, d_numbers, d_data);
        bias_numbers = as_stored(random_numbers(product.d.rows, 4), element(product.d.type));
        bias_data = upload(bias_numbers, element(product.d.type));
        if (product.epilogue & CUBLASLT_EPILOGUE_BIAS)
            set(CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias_data);
    }

    template <typename T>
    void set(cublasLtMatmulDescAttributes_t attribute, T value) const
    {
        LT_OK(cublasLtMatmulDescSetAttribute(operation, attribute, &value, sizeof(value)));
    }

    template <typename T>
    void prefer(cublasLtMatmulPreferenceAttributes_t attribute, T value) const
    {
        LT_OK(cublasLtMatmulPreferenceSetAttribute(preference, attribute, &value, sizeof(value)));
    }

    static cublasLtMatrixLayout_t layout(const Matrix& matrix)
    {
        cublasLtMatrixLayout_t made = nullptr;
        const int32_t order = matrix.by_rows;
        const int64_t stride = static_cast<int64_t>(matrix.count());
        LT_OK(cublasLtMatrixLayoutCreate(&made, matrix.type, matrix.rows, matrix.columns, matrix.pitch()));
        LT_OK(cublasLtMatrixLayoutSetAttribute(made, CUBLASLT_MATRIX_LAYOUT_ORDER, &order, sizeof(order)));
        LT_OK(cublasLtMatrixLayoutSetAttribute(made, CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, &matrix.batch, sizeof(matrix.batch)));
        LT_OK(cublasLtMatrixLayoutSetAttribute(made, CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, &stride, sizeof(stride)));
        return made;
    }

    static void fill(const Matrix& matrix, unsigned seed, Numbers& numbers, CUdeviceptr& data)
    {
        numbers = as_stored(random_numbers(matrix.count() * static_cast<size_t>(matrix.batch), seed), element(matrix.type));
        data = upload(numbers, element(matrix.type));
    }

    std::vector<cublasLtMatmulHeuristicResult_t> ask(int most = 8) const
    {
        std::vector<cublasLtMatmulHeuristicResult_t> results(static_cast<size_t>(most));
        int count = 0;
        const cublasStatus_t status = cublasLtMatmulAlgoGetHeuristic(handle, operation, a, b, d, d, preference, most, results.data(), &count);
        CHECK_EQUAL(status, count > 0 ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_NOT_SUPPORTED);
        results.resize(static_cast<size_t>(count));
        return results;
    }

    cublasStatus_t run(const cublasLtMatmulAlgo_t* algorithm = nullptr, CUdeviceptr workspace = 0, size_t workspace_bytes = 0, CUstream stream = nullptr) const
    {
        const double alpha = product.alpha, beta = product.beta;
        const bool wide = product.compute == CUBLAS_COMPUTE_64F;
        return cublasLtMatmul(handle, operation, wide ? static_cast<const void*>(&alpha) : &product.alpha, at(a_data), a, at(b_data), b,
                              wide ? static_cast<const void*>(&beta) : &product.beta, at(d_data), d, at(d_data), d, algorithm, at(workspace), workspace_bytes, stream);
    }

    Numbers expect() const
    {
        Numbers expected = d_numbers;
        for (size_t n = 0; n < static_cast<size_t>(product.d.batch); n++)
            for (uint64_t i = 0; i < product.d.rows; i++)
                for (uint64_t j = 0; j < product.d.columns; j++)
                {
                    double sum = 0;
                    for (uint64_t k = 0; k < product.depth(); k++)
                        sum += static_cast<double>(a_numbers[n * product.a.count() + (product.transpose_a ? product.a.at(k, i) : product.a.at(i, k))]) *
                               b_numbers[n * product.b.count() + (product.transpose_b ? product.b.at(j, k) : product.b.at(k, j))];
                    float& value = expected[n * product.d.count() + product.d.at(i, j)];
                    sum = product.alpha * sum + product.beta * value + (product.epilogue & CUBLASLT_EPILOGUE_BIAS ? bias_numbers[i] : 0);
                    value = static_cast<float>(product.epilogue & CUBLASLT_EPILOGUE_RELU ? std::max(sum, 0.0) : sum);
                }
        return expected;
    }

    double error() const { return difference(download(d_data, d_numbers.size(), element(product.d.type)), expect()); }
};

double error_of(const Product& product)
{
    const LtSession session(product);
    LT_OK(session.run());
    return session.error();
}

/// 8-byte and longer pitches suit every algorithm: no workspace is asked for, and the first one runs.
constexpr Product square = {{32, 48}, {48, 16}, {32, 16}};

cublasStatus_t issue(const LtSession& session, const void* a, const void* d, const cublasLtMatmulAlgo_t* algorithm = nullptr)
{
    const float one = 1, zero = 0;
    return cublasLtMatmul(session.handle, session.operation, &one, a, session.a, at(session.b_data), session.b, &zero, d, session.d, const_cast<void*>(d), session.d, algorithm,
                          nullptr, 0, nullptr);
}

}  // namespace

TEST(multiplies_in_every_order_and_transposition)
{
    for (int bits = 0; bits < 32; bits++)
    {
        const bool ta = bits & 1, tb = bits & 2;
        const Matrix a = {ta ? 41u : 33u, ta ? 33u : 41u, CUDA_R_32F, (bits & 4) != 0}, b = {tb ? 17u : 41u, tb ? 41u : 17u, CUDA_R_32F, (bits & 8) != 0};
        const LtSession session({a, b, {33, 17, CUDA_R_32F, (bits & 16) != 0}, ta, tb, CUBLASLT_EPILOGUE_RELU, CUBLAS_COMPUTE_32F, 0.5f, 2});
        session.prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, 4u);
        const auto found = session.ask();
        CHECK_EQUAL(found.size(), 1u);
        LT_OK(session.run(&found[0].algo));
        CHECK(session.error() < 1e-5);
    }
}

TEST(multiplies_every_type)
{
    const auto typed = [](cudaDataType_t factors, cudaDataType_t result, cublasComputeType_t compute) {
        return error_of({{32, 64, factors}, {64, 16, factors}, {32, 16, result}, false, false, CUBLASLT_EPILOGUE_RELU_BIAS, compute, 1, 0});
    };
    CHECK(typed(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F) < 1e-5);
    CHECK(typed(CUDA_R_64F, CUDA_R_64F, CUBLAS_COMPUTE_64F) < 1e-6);
    CHECK(typed(CUDA_R_16BF, CUDA_R_32F, CUBLAS_COMPUTE_32F) < 1e-5);
    CHECK(typed(CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F) < 8e-2);
    CHECK(typed(CUDA_R_16F, CUDA_R_32F, CUBLAS_COMPUTE_32F) < 1e-5);
    CHECK(typed(CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F) < 1e-2);
    const double tf32 = typed(CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32);
    CHECK(tf32 > 1e-4 && tf32 < 1e-2);
}

TEST(multiplies_beyond_one_tile_and_with_gaps)
{
    CHECK(error_of({{300, 520, CUDA_R_32F, false, 304}, {520, 268, CUDA_R_32F, true, 272}, {300, 268, CUDA_R_32F, false, 312}, false, false, CUBLASLT_EPILOGUE_BIAS}) < 1e-4);
}

TEST(multiplies_batches)
{
    CHECK(error_of({{16, 8, CUDA_R_32F, false, 0, 5}, {8, 12, CUDA_R_32F, false, 0, 5}, {16, 12, CUDA_R_32F, true, 0, 5}}) < 1e-5);
}

TEST(offers_algorithms_by_workspace_and_alignment)
{
    const LtSession session(square);
    CHECK_EQUAL(session.ask().size(), 2u);
    CHECK_EQUAL(session.ask(1).size(), 1u);
    session.prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, uint64_t{1} << 20);
    const auto all = session.ask();
    CHECK_EQUAL(all.size(), 3u);
    for (const auto& found : all)
    {
        const CUdeviceptr workspace = found.workspaceSize > 0 ? allocate(found.workspaceSize) : 0;
        LT_OK(session.run(&found.algo, workspace, found.workspaceSize));
        CHECK(session.error() < 1e-5);
        if (found.workspaceSize > 0)
        {
            CHECK_EQUAL(session.run(&found.algo, workspace, found.workspaceSize - 1), CUBLAS_STATUS_INVALID_VALUE);
            CHECK_EQUAL(session.run(&found.algo, 0, found.workspaceSize), CUBLAS_STATUS_INVALID_VALUE);
        }
    }
    session.prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, 8u);
    CHECK_EQUAL(session.ask().size(), 1u);
}

TEST(refuses_pointers_that_an_algorithm_cannot_take)
{
    const LtSession session({{4, 4}, {4, 4}, {4, 4}});
    const CUdeviceptr roomy = upload(Numbers(17));
    const auto found = session.ask();
    LT_OK(issue(session, at(roomy), at(session.d_data), &found[0].algo));
    CHECK_EQUAL(issue(session, at(roomy) + 4, at(session.d_data), &found[0].algo), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(issue(session, at(roomy) + 4, at(session.d_data)), CUBLAS_STATUS_INVALID_VALUE);
    LT_OK(issue(session, at(roomy) + 4, at(session.d_data), &found[1].algo));
    CHECK_EQUAL(issue(session, nullptr, at(session.d_data)), CUBLAS_STATUS_INVALID_VALUE);
}

TEST(refuses_what_does_not_fit_together)
{
    const auto refused = [](const Product& product) {
        const LtSession session(product);
        return session.run();
    };
    CHECK_EQUAL(refused({{32, 48}, {47, 16}, {32, 16}}), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(refused({{32, 48}, {48, 16}, {31, 16}}), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(refused({{32, 48}, {48, 16}, {32, 16, CUDA_R_16BF}}), CUBLAS_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(refused({{32, 48}, {48, 16, CUDA_R_16BF}, {32, 16}}), CUBLAS_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(refused({{32, 48, CUDA_R_16BF}, {48, 16, CUDA_R_16BF}, {32, 16}, false, false, CUBLASLT_EPILOGUE_DEFAULT, CUBLAS_COMPUTE_32F_FAST_TF32}), CUBLAS_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(refused({{32, 48}, {48, 16}, {32, 16, CUDA_R_32F, true}, false, false, CUBLASLT_EPILOGUE_BIAS}), CUBLAS_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(refused({{32, 48, CUDA_R_32F, false, 31}, {48, 16}, {32, 16}}), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(refused({{32, 48, CUDA_R_32F, false, 0, 2}, {48, 16}, {32, 16}}), CUBLAS_STATUS_INVALID_VALUE);
}

TEST(refuses_attributes_of_the_wrong_size_or_kind)
{
    const LtSession session(square);
    const uint64_t wide = 1;
    const int32_t device_pointers = 1, gelu = 32;
    CHECK_EQUAL(cublasLtMatmulDescSetAttribute(session.operation, CUBLASLT_MATMUL_DESC_TRANSA, &wide, sizeof(wide)), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(cublasLtMatmulDescSetAttribute(session.operation, CUBLASLT_MATMUL_DESC_TRANSA, nullptr, 4), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(cublasLtMatmulDescSetAttribute(session.operation, CUBLASLT_MATMUL_DESC_POINTER_MODE, &device_pointers, 4), CUBLAS_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(cublasLtMatmulDescSetAttribute(session.operation, CUBLASLT_MATMUL_DESC_EPILOGUE, &gelu, 4), CUBLAS_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(cublasLtMatmulPreferenceSetAttribute(session.preference, CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &gelu, 4), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(cublasLtMatrixLayoutSetAttribute(session.a, CUBLASLT_MATRIX_LAYOUT_LD, &gelu, 4), CUBLAS_STATUS_INVALID_VALUE);
}

TEST(refuses_handles_that_are_gone)
{
    const LtSession session(square);
    int count = 0;
    cublasLtMatmulHeuristicResult_t result;
    CHECK_EQUAL(cublasLtMatmulAlgoGetHeuristic(session.handle, session.operation, session.a, session.b, session.d, session.d, session.preference, 0, &result, &count),
                CUBLAS_STATUS_INVALID_VALUE);
    LT_OK(cublasLtMatrixLayoutDestroy(session.a));
    CHECK_EQUAL(cublasLtMatrixLayoutDestroy(session.a), CUBLAS_STATUS_INVALID_VALUE);
    CHECK_EQUAL(session.run(), CUBLAS_STATUS_INVALID_VALUE);
    LT_OK(cublasLtMatmulDescDestroy(session.operation));
    LT_OK(cublasLtMatmulPreferenceDestroy(session.preference));
    LT_OK(cublasLtDestroy(session.handle));
    CHECK_EQUAL(cublasLtDestroy(session.handle), CUBLAS_STATUS_NOT_INITIALIZED);
    CHECK_EQUAL(session.run(), CUBLAS_STATUS_NOT_INITIALIZED);
}

TEST(keeps_algorithms_to_their_kind_and_version)
{
    const LtSession session(square);
    const auto found = session.ask();
    session.set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_RELU);
    CHECK_EQUAL(session.run(&found[0].algo), CUBLAS_STATUS_INVALID_VALUE);
    session.set(CUBLASLT_MATMUL_DESC_EPILOGUE, CUBLASLT_EPILOGUE_DEFAULT);
    LT_OK(session.run(&found[0].algo));
    simulator_set_cublaslt_version(130100);
    CHECK_EQUAL(cublasLtGetVersion(), 130100u);
    CHECK_EQUAL(session.run(&found[0].algo), CUBLAS_STATUS_INVALID_VALUE);
}

TEST(runs_with_its_stream_and_copies_what_it_is_given)
{
    LtSession session(square);
    const CUstream stream = make_stream();
    const SimulatorCounters before = counters();
    OK(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    LT_OK(session.run(nullptr, 0, 0, stream));
    session.product.alpha = 5;
    session.set(CUBLASLT_MATMUL_DESC_TRANSA, 1);
    CUgraph graph = nullptr;
    CUgraphExec executable = nullptr;
    OK(cuStreamEndCapture(stream, &graph));
    OK(cuGraphInstantiateWithFlags(&executable, graph, 0));
    CHECK_EQUAL(counters().library_calls - before.library_calls, 1u);
    CHECK_EQUAL(counters().library_grids, before.library_grids);
    for (int i = 0; i < 2; i++)
        OK(cuGraphLaunch(executable, stream));
    CHECK_EQUAL(counters().library_grids, before.library_grids);
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(counters().library_grids - before.library_grids, 2u);
    session.product.alpha = 1;
    CHECK(session.error() < 1e-5);
}

TEST(ends_with_a_fault_where_memory_is_gone)
{
    const LtSession session(square);
    const CUdeviceptr short_one = allocate(32 * 48 * 4 - 4);
    LT_OK(issue(session, at(short_one), at(session.d_data)));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("cublasLtMatmul: A: reads 6144 bytes at") == 0);
    CHECK_EQUAL(issue(session, at(session.a_data), at(session.d_data)), CUBLAS_STATUS_EXECUTION_FAILED);
}

TEST(ends_with_a_fault_where_results_overlap_factors)
{
    const LtSession session(square);
    LT_OK(issue(session, at(session.a_data), at(session.a_data) + 64));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_LAUNCH_FAILED);
}

TEST(fails_when_a_test_asks)
{
    const LtSession session(square);
    simulator_fail_next_library_call("cublasLtMatmul", CUBLAS_STATUS_INTERNAL_ERROR);
    CHECK_EQUAL(session.ask().size(), 2u);
    CHECK_EQUAL(session.run(), CUBLAS_STATUS_INTERNAL_ERROR);
    LT_OK(session.run());
    cublasLtHandle_t other = nullptr;
    simulator_fail_next_library_call(nullptr, CUBLAS_STATUS_NOT_INITIALIZED);
    CHECK_EQUAL(cublasLtCreate(&other), CUBLAS_STATUS_NOT_INITIALIZED);
    OK(cuCtxSetCurrent(nullptr));
    CHECK_EQUAL(cublasLtCreate(&other), CUBLAS_STATUS_NOT_INITIALIZED);
    OK(cuCtxSetCurrent(session.context));
    simulator_fail_next_grid(CUDA_ERROR_LAUNCH_FAILED);
    LT_OK(session.run());
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_LAUNCH_FAILED);
}
