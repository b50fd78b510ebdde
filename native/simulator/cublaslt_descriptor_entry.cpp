// cuBLASLt's handles and descriptors. An attribute is taken if its size is that of the type the header names.
#include <algorithm>
#include <cstring>

#include "simulator/capture.h"
#include "simulator/matmul.h"

using namespace simulator::cublaslt;
using namespace simulator::driver;

namespace
{

template <typename Body>
cublasStatus_t call(const char* name, Body body)
{
    return guarded(CUBLAS_STATUS_ALLOC_FAILED, CUBLAS_STATUS_INTERNAL_ERROR, [&] {
        const std::optional<int> planted = planted_status(name);
        return planted ? static_cast<cublasStatus_t>(*planted) : body();
    });
}

template <typename T, typename Handle>
cublasStatus_t create(const char* name, Handles<T>& all, Handle* handle, T value)
{
    return call(name, [&] {
        if (!handle)
            return CUBLAS_STATUS_INVALID_VALUE;
        state().counters.library_handles++;
        all.add(*handle) = value;
        return CUBLAS_STATUS_SUCCESS;
    });
}

template <typename T, typename Handle>
cublasStatus_t destroy(const char* name, Handles<T>& all, Handle handle)
{
    return call(name, [&] {
        if (!all.find(handle))
            return CUBLAS_STATUS_INVALID_VALUE;
        all.remove(handle);
        return CUBLAS_STATUS_SUCCESS;
    });
}

template <typename T>
cublasStatus_t put(T& target, const void* value, size_t bytes)
{
    if (!value || bytes != sizeof(T))
        return CUBLAS_STATUS_INVALID_VALUE;
    memcpy(&target, value, bytes);
    return CUBLAS_STATUS_SUCCESS;
}

/// The same for an enumeration, of which only these values are known.
template <typename T>
cublasStatus_t put(T& target, const void* value, size_t bytes, std::initializer_list<T> known)
{
    T given{};
    if (const cublasStatus_t status = put(given, value, bytes); status != CUBLAS_STATUS_SUCCESS)
        return status;
    if (std::find(known.begin(), known.end(), given) == known.end())
        return CUBLAS_STATUS_NOT_SUPPORTED;
    target = given;
    return CUBLAS_STATUS_SUCCESS;
}

bool is_known(cudaDataType_t type) { return type == CUDA_R_32F || type == CUDA_R_64F || type == CUDA_R_16F || type == CUDA_R_16BF; }

cublasStatus_t set(Operation& operation, cublasLtMatmulDescAttributes_t attribute, const void* value, size_t bytes)
{
    switch (attribute)
    {
    case CUBLASLT_MATMUL_DESC_COMPUTE_TYPE:
        return put(operation.compute, value, bytes, {CUBLAS_COMPUTE_32F, CUBLAS_COMPUTE_64F, CUBLAS_COMPUTE_32F_FAST_TF32});
    case CUBLASLT_MATMUL_DESC_SCALE_TYPE:
        return put(operation.scale, value, bytes, {CUDA_R_32F, CUDA_R_64F});
    case CUBLASLT_MATMUL_DESC_POINTER_MODE:
        return put(operation.pointer_mode, value, bytes, {0});
    case CUBLASLT_MATMUL_DESC_TRANSA:
        return put(operation.a, value, bytes, {CUBLAS_OP_N, CUBLAS_OP_T});
    case CUBLASLT_MATMUL_DESC_TRANSB:
        return put(operation.b, value, bytes, {CUBLAS_OP_N, CUBLAS_OP_T});
    case CUBLASLT_MATMUL_DESC_TRANSC:
        return put(operation.c, value, bytes, {CUBLAS_OP_N});
    case CUBLASLT_MATMUL_DESC_EPILOGUE:
        return put(operation.epilogue, value, bytes, {CUBLASLT_EPILOGUE_DEFAULT, CUBLASLT_EPILOGUE_RELU, CUBLASLT_EPILOGUE_BIAS, CUBLASLT_EPILOGUE_RELU_BIAS});
    case CUBLASLT_MATMUL_DESC_BIAS_POINTER:
        return put(operation.bias, value, bytes);
    case CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE:
        return put<int32_t>(operation.bias_type, value, bytes, {-1, CUDA_R_32F, CUDA_R_64F, CUDA_R_16F, CUDA_R_16BF});
    default:
        return CUBLAS_STATUS_INVALID_VALUE;
    }
}

cublasStatus_t set(Layout& layout, cublasLtMatrixLayoutAttribute_t attribute, const void* value, size_t bytes)
{
    switch (attribute)
    {
    case CUBLASLT_MATRIX_LAYOUT_TYPE:
        return put(layout.type, value, bytes, {CUDA_R_32F, CUDA_R_64F, CUDA_R_16F, CUDA_R_16BF});
    case CUBLASLT_MATRIX_LAYOUT_ORDER:
        return put(layout.order, value, bytes, {CUBLASLT_ORDER_COL, CUBLASLT_ORDER_ROW});
    case CUBLASLT_MATRIX_LAYOUT_ROWS:
        return put(layout.rows, value, bytes);
    case CUBLASLT_MATRIX_LAYOUT_COLS:
        return put(layout.columns, value, bytes);
    case CUBLASLT_MATRIX_LAYOUT_LD:
        return put(layout.leading, value, bytes);
    case CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT:
        return put(layout.batch, value, bytes);
    case CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET:
        return put(layout.batch_stride, value, bytes);
    default:
        return CUBLAS_STATUS_INVALID_VALUE;
    }
}

cublasStatus_t set(Preference& preference, cublasLtMatmulPreferenceAttributes_t attribute, const void* value, size_t bytes)
{
    switch (attribute)
    {
    case CUBLASLT_MATMUL_PREF_SEARCH_MODE:
        return put(preference.search_mode, value, bytes, {0u});
    case CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES:
        return put(preference.workspace_bytes, value, bytes);
    case CUBLASLT_MATMUL_PREF_REDUCTION_SCHEME_MASK:
        return put(preference.reductions, value, bytes);
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES:
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES:
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES:
    case CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES:
        return put(preference.alignments[attribute - CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES], value, bytes);
    case CUBLASLT_MATMUL_PREF_IMPL_MASK:
        return put(preference.implementations, value, bytes);
    default:
        return CUBLAS_STATUS_INVALID_VALUE;
    }
}

template <typename T, typename Handle, typename Attribute>
cublasStatus_t set_attribute(const char* name, Handles<T>& all, Handle handle, Attribute attribute, const void* value, size_t bytes)
{
    return call(name, [&] {
        T* const object = all.find(handle);
        return object ? set(*object, attribute, value, bytes) : CUBLAS_STATUS_INVALID_VALUE;
    });
}

}  // namespace

size_t cublasLtGetVersion() { return static_cast<size_t>(state().settings.cublaslt_version); }

const char* cublasLtGetStatusString(cublasStatus_t status)
{
    switch (status)
    {
    case CUBLAS_STATUS_SUCCESS:
        return "success";
    case CUBLAS_STATUS_NOT_INITIALIZED:
        return "the library was not initialized";
    case CUBLAS_STATUS_ALLOC_FAILED:
        return "the resource allocation failed";
    case CUBLAS_STATUS_INVALID_VALUE:
        return "an invalid value was used as an argument";
    case CUBLAS_STATUS_ARCH_MISMATCH:
        return "an absent device architectural feature is required";
    case CUBLAS_STATUS_MAPPING_ERROR:
        return "an access to GPU memory space failed";
    case CUBLAS_STATUS_EXECUTION_FAILED:
        return "the GPU program failed to execute";
    case CUBLAS_STATUS_INTERNAL_ERROR:
        return "an internal operation failed";
    case CUBLAS_STATUS_NOT_SUPPORTED:
        return "the functionality is not supported";
    case CUBLAS_STATUS_LICENSE_ERROR:
        return "the functionality requested requires some license";
    }
    return "<unknown>";
}

/// Makes memory for itself, which no capture allows.
cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle)
{
    return call("cublasLtCreate", [&] {
        Context* const context = usable_context();
        if (!handle)
            return CUBLAS_STATUS_INVALID_VALUE;
        if (!context || forbid_while_capturing() != CUDA_SUCCESS)
            return CUBLAS_STATUS_NOT_INITIALIZED;
        state().counters.library_handles++;
        libraries().add(*handle).context = context->number;
        return CUBLAS_STATUS_SUCCESS;
    });
}

cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle)
{
    return call("cublasLtDestroy", [&] {
        if (!libraries().find(handle))
            return CUBLAS_STATUS_NOT_INITIALIZED;
        libraries().remove(handle);
        return CUBLAS_STATUS_SUCCESS;
    });
}

cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* operation, cublasComputeType_t compute_type, cudaDataType_t scale_type)
{
    const bool known = compute_type == CUBLAS_COMPUTE_32F || compute_type == CUBLAS_COMPUTE_64F || compute_type == CUBLAS_COMPUTE_32F_FAST_TF32;
    Operation made;
    made.compute = compute_type;
    made.scale = scale_type;
    return known && is_known(scale_type) ? create(__func__, operations(), operation, made) : CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t operation) { return destroy(__func__, operations(), operation); }

cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t operation, cublasLtMatmulDescAttributes_t attribute, const void* value, size_t bytes)
{
    return set_attribute(__func__, operations(), operation, attribute, value, bytes);
}

cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType_t type, uint64_t rows, uint64_t columns, int64_t leading_dimension)
{
    Layout made;
    made.type = type;
    made.rows = rows;
    made.columns = columns;
    made.leading = leading_dimension;
    return is_known(type) ? create(__func__, layouts(), layout, made) : CUBLAS_STATUS_INVALID_VALUE;
}

cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) { return destroy(__func__, layouts(), layout); }

cublasStatus_t cublasLtMatrixLayoutSetAttribute(cublasLtMatrixLayout_t layout, cublasLtMatrixLayoutAttribute_t attribute, const void* value, size_t bytes)
{
    return set_attribute(__func__, layouts(), layout, attribute, value, bytes);
}

cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) { return create(__func__, preferences(), preference, Preference{}); }

cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) { return destroy(__func__, preferences(), preference); }

cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t preference, cublasLtMatmulPreferenceAttributes_t attribute, const void* value, size_t bytes)
{
    return set_attribute(__func__, preferences(), preference, attribute, value, bytes);
}
