// library_cudnn_session.h: cuDNN's calls as a host makes them, in a few words each.
#pragma once

#include "simulator/cudnn.h"
#include "tests/library_session.h"

#define DNN_OK(call) CHECK_EQUAL(call, CUDNN_STATUS_SUCCESS)

namespace library_tests
{

using Dimensions = std::vector<int64_t>;
using Descriptors = std::vector<cudnnBackendDescriptor_t>;

inline cudnnBackendDescriptor_t create(cudnnBackendDescriptorType_t type)
{
    cudnnBackendDescriptor_t descriptor = nullptr;
    DNN_OK(cudnnBackendCreateDescriptor(type, &descriptor));
    return descriptor;
}

template <typename T>
cudnnStatus_t set(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const std::vector<T>& values)
{
    return cudnnBackendSetAttribute(descriptor, name, type, static_cast<int64_t>(values.size()), values.data());
}

template <typename T>
cudnnStatus_t set(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, T value)
{
    return cudnnBackendSetAttribute(descriptor, name, type, 1, &value);
}

/// The strides of a tensor n, c, h, w (or k, c, r, s) whose channels lie together.
inline Dimensions channels_last(const Dimensions& size) { return {size[1] * size[2] * size[3], 1, size[1] * size[3], size[1]}; }

struct TensorShape
{
    int64_t uid;
    Dimensions size;
    cudnnDataType_t type = CUDNN_DATA_FLOAT;
    bool is_virtual = false;
    int64_t alignment = 16;
};

/// Not finalised.
inline cudnnBackendDescriptor_t describe(const TensorShape& shape)
{
    const cudnnBackendDescriptor_t tensor = create(CUDNN_BACKEND_TENSOR_DESCRIPTOR);
    DNN_OK(set(tensor, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, shape.type));
    DNN_OK(set(tensor, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, shape.size));
    DNN_OK(set(tensor, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, channels_last(shape.size)));
    DNN_OK(set(tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, shape.uid));
    DNN_OK(set(tensor, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, shape.alignment));
    DNN_OK(set(tensor, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, shape.is_virtual));
    return tensor;
}

inline cudnnBackendDescriptor_t make_tensor(const TensorShape& shape)
{
    const cudnnBackendDescriptor_t tensor = describe(shape);
    DNN_OK(cudnnBackendFinalize(tensor));
    return tensor;
}

struct Window
{
    int64_t stride = 1, dilation = 1, before = 0, after = 0;

    int64_t over(int64_t size, int64_t filter) const { return (size + before + after - (filter - 1) * dilation - 1) / stride + 1; }
};

/// Not finalised.
inline cudnnBackendDescriptor_t describe(const Window& window)
{
    const auto both = [](int64_t value) { return Dimensions{value, value}; };
    const cudnnBackendDescriptor_t settings = create(CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR);
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, int64_t{2}));
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT));
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, CUDNN_CROSS_CORRELATION));
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, both(window.stride)));
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, both(window.dilation)));
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, both(window.before)));
    DNN_OK(set(settings, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, both(window.after)));
    return settings;
}

struct Scale
{
    float alpha = 1, beta = 0;
};

/// A convolution's operation, not finalised. The attributes of each kind follow its alpha: beta, settings, and tensors in
/// the header's own order.
inline cudnnBackendDescriptor_t describe_operation(cudnnBackendDescriptorType_t type, const Window& window, const Descriptors& tensors, Scale scale = {})
{
    const auto alpha = type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR         ? CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA
                       : type == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR ? CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA
                                                                                              : CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA;
    const auto name = [=](int offset) { return static_cast<cudnnBackendAttributeName_t>(alpha + offset); };
    const cudnnBackendDescriptor_t operation = create(type), settings = describe(window);
    DNN_OK(cudnnBackendFinalize(settings));
    DNN_OK(set(operation, name(0), CUDNN_TYPE_FLOAT, scale.alpha));
    DNN_OK(set(operation, name(1), CUDNN_TYPE_FLOAT, scale.beta));
    DNN_OK(set(operation, name(2), CUDNN_TYPE_BACKEND_DESCRIPTOR, settings));
    for (int i = 0; i < 3; i++)
        DNN_OK(set(operation, name(3 + i), CUDNN_TYPE_BACKEND_DESCRIPTOR, tensors[static_cast<size_t>(i)]));
    return operation;
}

/// x [+ b] or max(x, 0), not finalised.
inline cudnnBackendDescriptor_t describe_pointwise(cudnnPointwiseMode_t mode, cudnnBackendDescriptor_t x, cudnnBackendDescriptor_t b, cudnnBackendDescriptor_t y)
{
    const cudnnBackendDescriptor_t settings = create(CUDNN_BACKEND_POINTWISE_DESCRIPTOR), operation = create(CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR);
    DNN_OK(set(settings, CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, mode));
    DNN_OK(set(settings, CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT));
    DNN_OK(cudnnBackendFinalize(settings));
    DNN_OK(set(operation, CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, CUDNN_TYPE_BACKEND_DESCRIPTOR, settings));
    DNN_OK(set(operation, CUDNN_ATTR_OPERATION_POINTWISE_XDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, x));
    DNN_OK(set(operation, CUDNN_ATTR_OPERATION_POINTWISE_YDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, y));
    if (b)
        DNN_OK(set(operation, CUDNN_ATTR_OPERATION_POINTWISE_BDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, b));
    return operation;
}

inline cudnnBackendDescriptor_t finalised(cudnnBackendDescriptor_t descriptor)
{
    DNN_OK(cudnnBackendFinalize(descriptor));
    return descriptor;
}

/// A session with cuDNN.
struct DnnSession : Session
{
    cudnnHandle_t handle = nullptr;

    DnnSession() { DNN_OK(cudnnCreate(&handle)); }

    /// Not finalised.
    cudnnBackendDescriptor_t describe_graph(const Descriptors& operations) const
    {
        const cudnnBackendDescriptor_t graph = create(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR);
        DNN_OK(set(graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, handle));
        DNN_OK(set(graph, CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR, operations));
        return graph;
    }

    /// A plan by an engine's index; not finalised.
    cudnnBackendDescriptor_t describe_plan(cudnnBackendDescriptor_t graph, int64_t index) const
    {
        const cudnnBackendDescriptor_t engine = create(CUDNN_BACKEND_ENGINE_DESCRIPTOR), configuration = create(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
        DNN_OK(set(engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, graph));
        DNN_OK(set(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, index));
        DNN_OK(set(configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, finalised(engine)));
        return describe_plan_of(finalised(configuration));
    }

    cudnnBackendDescriptor_t describe_plan_of(cudnnBackendDescriptor_t configuration) const
    {
        const cudnnBackendDescriptor_t plan = create(CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR);
        DNN_OK(set(plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, handle));
        DNN_OK(set(plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, CUDNN_TYPE_BACKEND_DESCRIPTOR, configuration));
        return plan;
    }

    /// Not finalised.
    static cudnnBackendDescriptor_t describe_heuristics(cudnnBackendDescriptor_t graph, cudnnBackendHeurMode_t mode)
    {
        const cudnnBackendDescriptor_t heuristics = create(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
        DNN_OK(set(heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, graph));
        DNN_OK(set(heuristics, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, mode));
        return heuristics;
    }

    /// The configurations that the heuristics propose.
    static Descriptors ask(cudnnBackendDescriptor_t graph, cudnnBackendHeurMode_t mode)
    {
        const cudnnBackendDescriptor_t heuristics = finalised(describe_heuristics(graph, mode));
        int64_t count = 0;
        DNN_OK(cudnnBackendGetAttribute(heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, &count, nullptr));
        Descriptors configurations;
        for (int64_t i = 0; i < count; i++)
            configurations.push_back(create(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR));
        DNN_OK(cudnnBackendGetAttribute(heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, count, &count, configurations.data()));
        return configurations;
    }

    static cudnnBackendDescriptor_t engine_of(cudnnBackendDescriptor_t configuration)
    {
        const cudnnBackendDescriptor_t engine = create(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
        int64_t count = 0;
        DNN_OK(cudnnBackendGetAttribute(configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &count, const_cast<cudnnBackendDescriptor_t*>(&engine)));
        return engine;
    }

    static int64_t workspace_of(cudnnBackendDescriptor_t plan)
    {
        int64_t bytes = -1, count = 0;
        DNN_OK(cudnnBackendGetAttribute(plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, 1, &count, &bytes));
        return bytes;
    }

    /// Not finalised.
    static cudnnBackendDescriptor_t describe_pack(const Dimensions& uids, const std::vector<CUdeviceptr>& pointers, CUdeviceptr workspace = 0)
    {
        const cudnnBackendDescriptor_t pack = create(CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR);
        DNN_OK(set(pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, uids));
        DNN_OK(set(pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, pointers));
        DNN_OK(set(pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, workspace));
        return pack;
    }

    /// Runs a plan, with as much workspace as it asks for.
    cudnnStatus_t run(cudnnBackendDescriptor_t plan, const Dimensions& uids, const std::vector<CUdeviceptr>& pointers) const
    {
        const int64_t bytes = workspace_of(plan);
        return cudnnBackendExecute(handle, plan, finalised(describe_pack(uids, pointers, bytes > 0 ? allocate(static_cast<size_t>(bytes)) : 0)));
    }
};

}  // namespace library_tests
