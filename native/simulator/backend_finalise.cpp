// What cudnnBackendFinalize looks at, kind by kind.
#include <algorithm>

#include "simulator/backend_graph.h"
#include "simulator/capture.h"

namespace simulator::cudnn
{

namespace
{

template <typename T>
void put(Content& content, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const std::vector<T>& elements)
{
    const char* const first = reinterpret_cast<const char*>(elements.data());
    content.values[name] = {type, static_cast<int64_t>(elements.size()), {first, first + elements.size() * sizeof(T)}, {}};
}

void put(Content& content, cudnnBackendAttributeName_t name, std::vector<std::shared_ptr<const Content>> descriptors)
{
    const int64_t count = static_cast<int64_t>(descriptors.size());
    content.values[name] = {CUDNN_TYPE_BACKEND_DESCRIPTOR, count, {}, std::move(descriptors)};
}

cudnnStatus_t finalise_tensor(const Content& content)
{
    const Tensor tensor = read_tensor(content);
    const auto is_positive = [](int64_t value) { return value > 0; };
    if (tensor.type != CUDNN_DATA_FLOAT && tensor.type != CUDNN_DATA_DOUBLE && tensor.type != CUDNN_DATA_HALF && tensor.type != CUDNN_DATA_BFLOAT16)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, "the simulator has tensors of f32, f64, f16 and bf16");
    if (tensor.dimensions.size() != tensor.strides.size())
        return refuse(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, "a tensor has as many strides as dimensions");
    if (!std::all_of(tensor.dimensions.begin(), tensor.dimensions.end(), is_positive) || !std::all_of(tensor.strides.begin(), tensor.strides.end(), is_positive))
        return refuse(CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND, "a tensor's dimensions and strides are positive");
    const int64_t element = static_cast<int64_t>(simulator::bytes_of(tensor.element()));
    if (tensor.alignment <= 0 || tensor.alignment % element != 0 || (tensor.alignment & (tensor.alignment - 1)) != 0)
        return refuse(CUDNN_STATUS_BAD_PARAM, "a tensor's alignment is a power of 2 and a multiple of its elements");
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t finalise_convolution(const Content& content)
{
    const auto all_at_least = [&](cudnnBackendAttributeName_t name, int64_t least) {
        const std::vector<int64_t> values = content.all<int64_t>(name);
        return values.size() == 2 && *std::min_element(values.begin(), values.end()) >= least;
    };
    if (content.one<int64_t>(CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS) != 2)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED, "the simulator convolves in two dimensions");
    if (!all_at_least(CUDNN_ATTR_CONVOLUTION_DILATIONS, 1) || !all_at_least(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, 1) || !all_at_least(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, 0) ||
        !all_at_least(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, 0))
        return refuse(CUDNN_STATUS_BAD_PARAM, "a convolution has one dilation, stride and padding for each of its dimensions, positive or, paddings, at least 0");
    if (content.one<cudnnConvolutionMode_t>(CUDNN_ATTR_CONVOLUTION_CONV_MODE) != CUDNN_CROSS_CORRELATION)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED, "the simulator has cross-correlation only");
    if (content.one<cudnnDataType_t>(CUDNN_ATTR_CONVOLUTION_COMP_TYPE) != CUDNN_DATA_FLOAT)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, "the simulator convolves in f32");
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t finalise_pointwise(const Content& content)
{
    const auto mode = content.one<cudnnPointwiseMode_t>(CUDNN_ATTR_POINTWISE_MODE);
    if (mode != CUDNN_POINTWISE_ADD && mode != CUDNN_POINTWISE_RELU_FWD)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED, "the simulator adds and rectifies");
    return content.one<cudnnDataType_t>(CUDNN_ATTR_POINTWISE_MATH_PREC) == CUDNN_DATA_FLOAT
               ? CUDNN_STATUS_SUCCESS
               : refuse(CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, "pointwise operations are computed in f32");
}

cudnnStatus_t finalise_pointwise_operation(const Content& content)
{
    const auto mode = content.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR).one<cudnnPointwiseMode_t>(CUDNN_ATTR_POINTWISE_MODE);
    const Tensor x = read_tensor(content.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_XDESC)), y = read_tensor(content.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_YDESC));
    const bool has_b = content.has(CUDNN_ATTR_OPERATION_POINTWISE_BDESC);
    if (has_b != (mode == CUDNN_POINTWISE_ADD))
        return refuse(CUDNN_STATUS_BAD_PARAM, "an addition takes two tensors, a rectifier one");
    if (x.dimensions != y.dimensions)
        return refuse(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, "a pointwise operation gives a tensor of its first one's dimensions");
    const std::vector<int64_t> b = has_b ? read_tensor(content.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_BDESC)).dimensions : y.dimensions;
    const bool fits = b.size() == y.dimensions.size() && std::equal(b.begin(), b.end(), y.dimensions.begin(), [](int64_t one, int64_t other) { return one == 1 || one == other; });
    return fits ? CUDNN_STATUS_SUCCESS : refuse(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, "what is added has the dimensions of the other or 1");
}

/// Handles are numbers in attributes: of a library that lives, in the current context.
cudnnStatus_t check_handle(const Content& content, cudnnBackendAttributeName_t name)
{
    const Library* const library = libraries().find(content.one<cudnnHandle_t>(name));
    const driver::Context* const context = driver::usable_context();
    return library && context && library->context == context->number ? CUDNN_STATUS_SUCCESS : refuse(CUDNN_STATUS_BAD_PARAM, "the handle is not one of the current context");
}

cudnnStatus_t finalise_graph(Content& content)
{
    if (const cudnnStatus_t status = check_handle(content, CUDNN_ATTR_OPERATIONGRAPH_HANDLE); status != CUDNN_STATUS_SUCCESS)
        return status;
    const auto graph = std::make_shared<Graph>();
    if (const cudnnStatus_t status = read_graph(content.descriptors(CUDNN_ATTR_OPERATIONGRAPH_OPS), *graph); status != CUDNN_STATUS_SUCCESS)
        return status;
    content.graph = graph;
    put<int64_t>(content, CUDNN_ATTR_OPERATIONGRAPH_ENGINE_GLOBAL_COUNT, CUDNN_TYPE_INT64, {static_cast<int64_t>(engines().size())});
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t finalise_engine(Content& content)
{
    const int64_t index = content.one<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX);
    if (index < 0 || index >= static_cast<int64_t>(engines().size()))
        return refuse(CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND, "there is no engine " + std::to_string(index));
    const Engine& engine = engines()[static_cast<size_t>(index)];
    content.graph = content.descriptor(CUDNN_ATTR_ENGINE_OPERATION_GRAPH).graph;
    put(content, CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, engine.notes());
    put(content, CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE,
        engine.compiled ? std::vector{CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION} : std::vector<cudnnBackendBehaviorNote_t>{});
    return CUDNN_STATUS_SUCCESS;
}

const Engine& engine_of(const Content& configuration)
{
    return engines()[static_cast<size_t>(configuration.descriptor(CUDNN_ATTR_ENGINECFG_ENGINE).one<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX))];
}

cudnnStatus_t finalise_configuration(Content& content)
{
    if (!content.has(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES))
        put(content, CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, {});
    for (const auto& choice : content.descriptors(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES))
    {
        const int64_t value = choice->one<int64_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE);
        if (!engine_of(content).has_tiles() || choice->one<cudnnBackendKnobType_t>(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE) != CUDNN_KNOB_TYPE_TILE_SIZE || value < 0 || value > 1)
            return refuse(CUDNN_STATUS_BAD_PARAM, "the engine has no such knob, or not that far");
    }
    content.graph = content.descriptor(CUDNN_ATTR_ENGINECFG_ENGINE).graph;
    return CUDNN_STATUS_SUCCESS;
}

std::shared_ptr<Content> make(cudnnBackendDescriptorType_t type)
{
    return std::make_shared<Content>(Content{type, false, {}, nullptr});
}

/// A configuration as the heuristics give it.
std::shared_ptr<const Content> make_configuration(const std::shared_ptr<const Content>& graph, const Proposal& proposal)
{
    const auto engine = make(CUDNN_BACKEND_ENGINE_DESCRIPTOR), knob = make(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR), configuration = make(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    put(*engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH, {graph});
    put<int64_t>(*engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, {proposal.engine});
    finalise(*engine);
    put<int>(*knob, CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, {CUDNN_KNOB_TYPE_TILE_SIZE});
    put<int64_t>(*knob, CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64, {proposal.tile});
    finalise(*knob);
    put(*configuration, CUDNN_ATTR_ENGINECFG_ENGINE, {engine});
    if (engine_of(*configuration).has_tiles())
        put(*configuration, CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, {knob});
    finalise(*configuration);
    return configuration;
}

cudnnStatus_t finalise_heuristics(Content& content)
{
    const auto mode = content.one<cudnnBackendHeurMode_t>(CUDNN_ATTR_ENGINEHEUR_MODE);
    if (mode < CUDNN_HEUR_MODE_INSTANT || mode > CUDNN_HEUR_MODE_A)
        return refuse(CUDNN_STATUS_BAD_PARAM, "there is no such mode of heuristics");
    const auto graph = content.descriptors(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH).front();
    std::vector<std::shared_ptr<const Content>> results;
    for (const Proposal& proposal : propose(*graph->graph, mode))
        results.push_back(make_configuration(graph, proposal));
    if (results.empty())
        return refuse(CUDNN_STATUS_NOT_SUPPORTED, "the heuristics know no engine for this graph");
    put(content, CUDNN_ATTR_ENGINEHEUR_RESULTS, std::move(results));
    return CUDNN_STATUS_SUCCESS;
}

/// Making a plan loads and compiles code, which no capture allows.
cudnnStatus_t finalise_plan(Content& content)
{
    if (const cudnnStatus_t status = check_handle(content, CUDNN_ATTR_EXECUTION_PLAN_HANDLE); status != CUDNN_STATUS_SUCCESS)
        return status;
    if (driver::forbid_while_capturing() != CUDA_SUCCESS)
        return refuse(CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER, "no plan can be made while a stream captures");
    const Content& configuration = content.descriptor(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG);
    const Engine& engine = engine_of(configuration);
    if (const cudnnStatus_t status = check_support(engine, *configuration.graph); status != CUDNN_STATUS_SUCCESS)
        return status;
    content.graph = configuration.graph;
    put<int64_t>(content, CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, CUDNN_TYPE_INT64, {static_cast<int64_t>(engine.workspace_bytes(*content.graph))});
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t finalise_pack(const Content& content)
{
    std::vector<int64_t> numbers = content.all<int64_t>(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS);
    const std::vector<void*> pointers = content.all<void*>(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
    if (numbers.size() != pointers.size())
        return refuse(CUDNN_STATUS_BAD_PARAM, "a variant pack has as many pointers as numbers");
    if (std::find(pointers.begin(), pointers.end(), nullptr) != pointers.end())
        return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "a pointer of the variant pack is null");
    std::sort(numbers.begin(), numbers.end());
    return std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end() ? CUDNN_STATUS_SUCCESS
                                                                               : refuse(CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES, "a number is twice in the variant pack");
}

cudnnStatus_t finalise_kind(Content& content)
{
    Graph graph;
    switch (content.type)
    {
    case CUDNN_BACKEND_TENSOR_DESCRIPTOR:
        return finalise_tensor(content);
    case CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR:
        return finalise_convolution(content);
    case CUDNN_BACKEND_POINTWISE_DESCRIPTOR:
        return finalise_pointwise(content);
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR:
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR:
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR:
        return read_convolution(content, graph);
    case CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR:
        return finalise_pointwise_operation(content);
    case CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR:
        return finalise_graph(content);
    case CUDNN_BACKEND_ENGINE_DESCRIPTOR:
        return finalise_engine(content);
    case CUDNN_BACKEND_ENGINECFG_DESCRIPTOR:
        return finalise_configuration(content);
    case CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR:
        return finalise_heuristics(content);
    case CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR:
        return finalise_plan(content);
    case CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR:
        return finalise_pack(content);
    case CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR:
        return CUDNN_STATUS_SUCCESS;
    }
    return CUDNN_STATUS_NOT_SUPPORTED;
}

}  // namespace

cudnnStatus_t finalise(Content& content)
{
    for (const Rule& rule : rules())
        if (rule.descriptor == content.type && rule.use == Use::required && !content.has(rule.name))
            return refuse(CUDNN_STATUS_BAD_PARAM, "attribute " + std::to_string(rule.name) + " was not set");
    const cudnnStatus_t status = finalise_kind(content);
    content.finalised = status == CUDNN_STATUS_SUCCESS;
    return status;
}

}  // namespace simulator::cudnn
