// cuDNN's versions, statuses and handles.
#include <algorithm>
#include <iterator>

#include "simulator/backend.h"
#include "simulator/capture.h"

using namespace simulator::cudnn;
using namespace simulator::driver;

namespace
{

constexpr size_t longest_message = 512;
thread_local char last_error[longest_message];

/// A status, its number in cuDNN 8, and its name.
struct Status
{
    cudnnStatus_t code;
    int before_9;
    const char* name;
};

#define STATUS(code, before_9) {code, before_9, #code}
constexpr Status statuses[] = {
    STATUS(CUDNN_STATUS_SUCCESS, 0),
    STATUS(CUDNN_STATUS_NOT_INITIALIZED, 1),
    STATUS(CUDNN_STATUS_BAD_PARAM, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE, 3),
    STATUS(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, 3),
    STATUS(CUDNN_STATUS_NOT_SUPPORTED, 9),
    STATUS(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, 9),
    STATUS(CUDNN_STATUS_NOT_SUPPORTED_SHAPE, 9),
    STATUS(CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, 9),
    STATUS(CUDNN_STATUS_NOT_SUPPORTED_LAYOUT, 9),
    STATUS(CUDNN_STATUS_INTERNAL_ERROR, 4),
    STATUS(CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED, 2),
    STATUS(CUDNN_STATUS_EXECUTION_FAILED, 8),
    STATUS(CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER, 8),
};
#undef STATUS

bool is_before_9() { return state().settings.cudnn_version < 10000; }

}  // namespace

namespace simulator::cudnn
{

cudnnStatus_t refuse(cudnnStatus_t status, const std::string& why)
{
    last_error[why.copy(last_error, longest_message - 1)] = 0;
    return status;
}

cudnnStatus_t public_status(cudnnStatus_t status)
{
    const auto found = std::find_if(std::begin(statuses), std::end(statuses), [=](const Status& row) { return row.code == status; });
    return is_before_9() && found != std::end(statuses) ? static_cast<cudnnStatus_t>(found->before_9) : status;
}

driver::Handles<Library>& libraries()
{
    static auto& all = *new driver::Handles<Library>;
    return all;
}

driver::Handles<Descriptor>& descriptors()
{
    static auto& all = *new driver::Handles<Descriptor>;
    return all;
}

}  // namespace simulator::cudnn

void simulator::driver::reset_cudnn()
{
    cudnn::libraries() = {};
    cudnn::descriptors() = {};
}

size_t cudnnGetVersion() { return static_cast<size_t>(state().settings.cudnn_version); }

/// Before cuDNN 9 several statuses share a number: the first of the list is the one that was there.
const char* cudnnGetErrorString(cudnnStatus_t status)
{
    const auto found = std::find_if(std::begin(statuses), std::end(statuses), [=](const Status& row) { return is_before_9() ? row.before_9 == status : row.code == status; });
    return found == std::end(statuses) ? "CUDNN_UNKNOWN_STATUS" : found->name;
}

void cudnnGetLastErrorString(char* message, size_t bytes)
{
    if (!message || bytes == 0)
        return;
    const size_t length = std::min(std::char_traits<char>::length(last_error), bytes - 1);
    std::copy_n(last_error, length, message);
    message[length] = 0;
    last_error[0] = 0;
}

/// Makes memory for itself, which no capture allows.
cudnnStatus_t cudnnCreate(cudnnHandle_t* handle)
{
    return call("cudnnCreate", [&] {
        const Context* const context = usable_context();
        if (!handle)
            return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "the handle's address is null");
        if (!context || forbid_while_capturing() != CUDA_SUCCESS)
            return refuse(CUDNN_STATUS_NOT_INITIALIZED, "no context is current, or a stream captures");
        state().counters.library_handles++;
        libraries().add(*handle).context = context->number;
        return CUDNN_STATUS_SUCCESS;
    });
}

/// Frees its memory, and so waits for all that the context has left to do.
cudnnStatus_t cudnnDestroy(cudnnHandle_t handle)
{
    return call("cudnnDestroy", [&] {
        if (!libraries().find(handle))
            return refuse(CUDNN_STATUS_BAD_PARAM, "there is no such handle");
        libraries().remove(handle);
        if (Context* const context = usable_context(); context && forbid_while_capturing(*context) == CUDA_SUCCESS)
        {
            state().counters.waits++;
            finish_all(*context);
        }
        return CUDNN_STATUS_SUCCESS;
    });
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, CUstream stream)
{
    return call("cudnnSetStream", [&] {
        Library* const library = libraries().find(handle);
        Context* const context = usable_context();
        if (!library || !context || library->context != context->number)
            return refuse(CUDNN_STATUS_BAD_PARAM, "the handle is not one of the current context");
        const Stream* const found = find_stream(*context, stream);
        if (!found || found->context != context)
            return refuse(CUDNN_STATUS_BAD_PARAM, "the stream is not one of the current context");
        library->stream = stream;
        return CUDNN_STATUS_SUCCESS;
    });
}
