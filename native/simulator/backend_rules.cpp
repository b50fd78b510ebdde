// What cuDNN's descriptors take: the attributes of cudnn_graph.h with the types and counts that its documentation gives.
#include <algorithm>

#include "simulator/backend.h"

namespace simulator::cudnn
{

namespace
{

constexpr int64_t many = 64, most_dimensions = 8, most_spatial = 2;

using Rules = std::vector<Rule>;

void add_tensor(Rules& all)
{
    constexpr auto tensor = CUDNN_BACKEND_TENSOR_DESCRIPTOR;
    all.insert(all.end(), {{tensor, CUDNN_ATTR_TENSOR_DATA_TYPE, CUDNN_TYPE_DATA_TYPE, Use::required},
                           {tensor, CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, CUDNN_TYPE_INT64, Use::required},
                           {tensor, CUDNN_ATTR_TENSOR_DIMENSIONS, CUDNN_TYPE_INT64, Use::required, 1, most_dimensions},
                           {tensor, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, Use::required, 1, most_dimensions},
                           {tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, Use::required},
                           {tensor, CUDNN_ATTR_TENSOR_IS_VIRTUAL, CUDNN_TYPE_BOOLEAN, Use::optional}});
}

void add_settings(Rules& all)
{
    constexpr auto convolution = CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR;
    all.insert(all.end(), {{convolution, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, Use::required},
                           {convolution, CUDNN_ATTR_CONVOLUTION_CONV_MODE, CUDNN_TYPE_CONVOLUTION_MODE, Use::required},
                           {convolution, CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, CUDNN_TYPE_INT64, Use::required},
                           {convolution, CUDNN_ATTR_CONVOLUTION_DILATIONS, CUDNN_TYPE_INT64, Use::required, 1, most_spatial},
                           {convolution, CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, CUDNN_TYPE_INT64, Use::required, 1, most_spatial},
                           {convolution, CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, CUDNN_TYPE_INT64, Use::required, 1, most_spatial},
                           {convolution, CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, CUDNN_TYPE_INT64, Use::required, 1, most_spatial}});
    constexpr auto pointwise = CUDNN_BACKEND_POINTWISE_DESCRIPTOR;
    all.insert(all.end(), {{pointwise, CUDNN_ATTR_POINTWISE_MODE, CUDNN_TYPE_POINTWISE_MODE, Use::required},
                           {pointwise, CUDNN_ATTR_POINTWISE_MATH_PREC, CUDNN_TYPE_DATA_TYPE, Use::required},
                           {pointwise, CUDNN_ATTR_POINTWISE_NAN_PROPAGATION, CUDNN_TYPE_NAN_PROPOGATION, Use::optional},
                           {pointwise, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP, CUDNN_TYPE_FLOAT, Use::optional},
                           {pointwise, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP, CUDNN_TYPE_DOUBLE, Use::optional},
                           {pointwise, CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, CUDNN_TYPE_FLOAT, Use::optional},
                           {pointwise, CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, CUDNN_TYPE_DOUBLE, Use::optional},
                           {pointwise, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE, CUDNN_TYPE_FLOAT, Use::optional},
                           {pointwise, CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE, CUDNN_TYPE_DOUBLE, Use::optional}});
}

/// The attributes of a convolution's operation follow each other in the header: alpha, beta, settings, three tensors.
void add_convolution_operation(Rules& all, cudnnBackendDescriptorType_t operation, cudnnBackendAttributeName_t alpha)
{
    const auto name = [=](int offset) { return static_cast<cudnnBackendAttributeName_t>(alpha + offset); };
    for (int i = 0; i < 2; i++)
        for (const auto type : {CUDNN_TYPE_FLOAT, CUDNN_TYPE_DOUBLE})
            all.push_back({operation, name(i), type, Use::required});
    all.push_back({operation, name(2), CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR});
    for (int i = 3; i < 6; i++)
        all.push_back({operation, name(i), CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, CUDNN_BACKEND_TENSOR_DESCRIPTOR});
}

void add_operations(Rules& all)
{
    add_convolution_operation(all, CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA);
    add_convolution_operation(all, CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA);
    add_convolution_operation(all, CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA);
    constexpr auto operation = CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR;
    constexpr auto tensor = CUDNN_BACKEND_TENSOR_DESCRIPTOR;
    all.insert(all.end(), {{operation, CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, CUDNN_BACKEND_POINTWISE_DESCRIPTOR},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_XDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, tensor},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_BDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::optional, 1, 1, tensor},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_YDESC, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, tensor},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_ALPHA1, CUDNN_TYPE_FLOAT, Use::optional},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_ALPHA1, CUDNN_TYPE_DOUBLE, Use::optional},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_ALPHA2, CUDNN_TYPE_FLOAT, Use::optional},
                           {operation, CUDNN_ATTR_OPERATION_POINTWISE_ALPHA2, CUDNN_TYPE_DOUBLE, Use::optional}});
}

void add_graph_and_engines(Rules& all)
{
    constexpr auto graph = CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR, engine = CUDNN_BACKEND_ENGINE_DESCRIPTOR, configuration = CUDNN_BACKEND_ENGINECFG_DESCRIPTOR,
                   heuristics = CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR, knob = CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR;
    all.insert(all.end(), {{graph, CUDNN_ATTR_OPERATIONGRAPH_HANDLE, CUDNN_TYPE_HANDLE, Use::required},
                           {graph, CUDNN_ATTR_OPERATIONGRAPH_OPS, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, many},
                           {graph, CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT, CUDNN_TYPE_INT64, Use::computed},
                           {engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, graph},
                           {engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, Use::required},
                           {engine, CUDNN_ATTR_ENGINE_SM_COUNT_TARGET, CUDNN_TYPE_INT32, Use::optional},
                           {engine, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, Use::computed, 0, many},
                           {engine, CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE, Use::computed, 0, many},
                           {knob, CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, Use::required},
                           {knob, CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64, Use::required},
                           {configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, engine},
                           {configuration, CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::optional, 0, many, knob},
                           {heuristics, CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, graph},
                           {heuristics, CUDNN_ATTR_ENGINEHEUR_MODE, CUDNN_TYPE_HEUR_MODE, Use::required},
                           {heuristics, CUDNN_ATTR_ENGINEHEUR_SM_COUNT_TARGET, CUDNN_TYPE_INT32, Use::optional},
                           {heuristics, CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::computed, 0, many, configuration}});
}

void add_plan_and_pack(Rules& all)
{
    constexpr auto plan = CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR, pack = CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR;
    all.insert(all.end(), {{plan, CUDNN_ATTR_EXECUTION_PLAN_HANDLE, CUDNN_TYPE_HANDLE, Use::required},
                           {plan, CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, CUDNN_TYPE_BACKEND_DESCRIPTOR, Use::required, 1, 1, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR},
                           {plan, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, Use::computed},
                           {pack, CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, CUDNN_TYPE_INT64, Use::required, 1, many},
                           {pack, CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, CUDNN_TYPE_VOID_PTR, Use::required, 1, many},
                           {pack, CUDNN_ATTR_VARIANT_PACK_WORKSPACE, CUDNN_TYPE_VOID_PTR, Use::optional}});
}

Rules make_rules()
{
    Rules all;
    add_tensor(all);
    add_settings(all);
    add_operations(all);
    add_graph_and_engines(all);
    add_plan_and_pack(all);
    return all;
}

}  // namespace

const std::vector<Rule>& rules()
{
    static const Rules& all = *new Rules(make_rules());
    return all;
}

bool is_known(cudnnBackendDescriptorType_t type)
{
    return std::any_of(rules().begin(), rules().end(), [=](const Rule& rule) { return rule.descriptor == type; });
}

size_t bytes_of(cudnnBackendAttributeType_t type)
{
    switch (type)
    {
    case CUDNN_TYPE_BOOLEAN:
        return 1;
    case CUDNN_TYPE_HANDLE:
    case CUDNN_TYPE_INT64:
    case CUDNN_TYPE_DOUBLE:
    case CUDNN_TYPE_VOID_PTR:
    case CUDNN_TYPE_BACKEND_DESCRIPTOR:
        return 8;
    default:
        return 4;
    }
}

}  // namespace simulator::cudnn
