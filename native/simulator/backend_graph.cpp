#include "simulator/backend_graph.h"

#include <algorithm>

namespace simulator::cudnn
{

namespace
{

/// Where an operation of each pass keeps its tensors, in the order of the header: x, w, y.
struct Names
{
    cudnnBackendAttributeName_t alpha, beta, settings, x, w, y;
};

Names names_of(Pass pass)
{
    if (pass == Pass::forward)
        return {CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC,
                CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X,     CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W,    CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y};
    if (pass == Pass::backward_data)
        return {CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC,
                CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX,    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W,    CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY};
    return {CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA, CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC,
            CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X,     CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW,   CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY};
}

/// Channels lie together, then columns, rows, images; the stride of an axis of one element says nothing.
bool is_channels_last(const Tensor& tensor)
{
    const std::vector<int64_t>& size = tensor.dimensions;
    const int64_t packed[] = {size[1] * size[2] * size[3], 1, size[1] * size[3], size[1]};
    for (int axis = 0; axis < 4; axis++)
        if (size[axis] != 1 && tensor.strides[axis] != packed[axis])
            return false;
    return true;
}

cudnnStatus_t read_shape(const Content& settings, Graph& graph)
{
    const auto axes = [&](cudnnBackendAttributeName_t name) { return settings.all<int64_t>(name); };
    const std::vector<int64_t> before = axes(CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS), after = axes(CUDNN_ATTR_CONVOLUTION_POST_PADDINGS),
                               stride = axes(CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES), dilation = axes(CUDNN_ATTR_CONVOLUTION_DILATIONS);
    const std::vector<int64_t>&x = graph.x.dimensions, &w = graph.w.dimensions, &y = graph.y.dimensions;
    if (x.size() != 4 || w.size() != 4 || y.size() != 4)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_SHAPE, "a convolution of two dimensions takes tensors of four");
    if (x[0] != y[0] || w[0] != y[1])
        return refuse(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, "x, w and y do not agree in images or channels");
    if (x[1] != w[1])
        return x[1] % w[1] == 0 ? refuse(CUDNN_STATUS_NOT_SUPPORTED_SHAPE, "the simulator has no grouped convolutions")
                                : refuse(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, "x and w do not agree in channels");
    for (int axis = 0; axis < 2; axis++)
    {
        const int64_t room = x[axis + 2] + before[axis] + after[axis] - ((w[axis + 2] - 1) * dilation[axis] + 1);
        if (room < 0 || y[axis + 2] != room / stride[axis] + 1)
            return refuse(CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH, "y is not as high or wide as x, w and the paddings make it");
    }
    graph.shape = {x[0], x[2], x[3], x[1], w[0], w[2], w[3], y[2], y[3], {before[0], before[1]}, {stride[0], stride[1]}, {dilation[0], dilation[1]}};
    return CUDNN_STATUS_SUCCESS;
}

std::optional<Pass> pass_of(const Content& operation)
{
    switch (operation.type)
    {
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR:
        return Pass::forward;
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR:
        return Pass::backward_data;
    case CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR:
        return Pass::backward_filter;
    default:
        return std::nullopt;
    }
}

/// A pointwise operation on `current`. An addition may take it as either of its two.
cudnnStatus_t read_link(const Content& operation, const Tensor& current, Link& link)
{
    const Content& settings = operation.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR);
    link.result = read_tensor(operation.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_YDESC));
    link.step.type = link.result.element();
    if (settings.one<cudnnPointwiseMode_t>(CUDNN_ATTR_POINTWISE_MODE) == CUDNN_POINTWISE_RELU_FWD)
    {
        link.step.kind = Step::Kind::relu;
        link.step.lower = settings.one<float>(CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP);
        link.step.upper = settings.one<float>(CUDNN_ATTR_POINTWISE_RELU_UPPER_CLIP, __builtin_inff());
        link.step.slope = settings.one<float>(CUDNN_ATTR_POINTWISE_RELU_LOWER_CLIP_SLOPE);
        return CUDNN_STATUS_SUCCESS;
    }
    const Tensor x = read_tensor(operation.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_XDESC)), b = read_tensor(operation.descriptor(CUDNN_ATTR_OPERATION_POINTWISE_BDESC));
    const float scale_x = operation.one<float>(CUDNN_ATTR_OPERATION_POINTWISE_ALPHA1, 1), scale_b = operation.one<float>(CUDNN_ATTR_OPERATION_POINTWISE_ALPHA2, 1);
    const bool is_x = x.uid == current.uid;
    link.step.kind = Step::Kind::add;
    link.step.own_scale = is_x ? scale_x : scale_b;
    link.step.other_scale = is_x ? scale_b : scale_x;
    link.other = is_x ? b : x;
    link.step.per_channel = link.other.dimensions != current.dimensions;
    const std::vector<int64_t> channels = {1, current.dimensions[1], 1, 1};
    if (link.other.is_virtual || (link.step.per_channel && link.other.dimensions != channels))
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "what is added after a convolution is in memory, as large as its result or a value a channel");
    return is_channels_last(link.other) ? CUDNN_STATUS_SUCCESS : refuse(CUDNN_STATUS_NOT_SUPPORTED_LAYOUT, "what is added does not lie channels last");
}

bool takes(const Content& operation, const Tensor& tensor)
{
    for (const auto name : {CUDNN_ATTR_OPERATION_POINTWISE_XDESC, CUDNN_ATTR_OPERATION_POINTWISE_BDESC})
        if (operation.has(name) && read_tensor(operation.descriptor(name)).uid == tensor.uid)
            return true;
    return false;
}

/// The pointwise operations, each on what the one before it gives.
cudnnStatus_t read_links(std::vector<std::shared_ptr<const Content>> left, Graph& graph)
{
    while (!left.empty())
    {
        const Tensor current = graph.result();
        const auto next = std::find_if(left.begin(), left.end(), [&](const auto& operation) { return takes(*operation, current); });
        if (next == left.end() || graph.pass != Pass::forward)
            return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "operations other than a chain of pointwise ones after a forward convolution");
        if (!current.is_virtual)
            return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "a tensor between two operations is not virtual");
        Link link{};
        if (const cudnnStatus_t status = read_link(**next, current, link); status != CUDNN_STATUS_SUCCESS)
            return status;
        graph.links.push_back(link);
        left.erase(next);
    }
    return CUDNN_STATUS_SUCCESS;
}

/// A number stands for one tensor, wherever it appears.
cudnnStatus_t check_numbers(const Graph& graph)
{
    std::vector<Tensor> all = {graph.x, graph.w, graph.y};
    for (const Link& link : graph.links)
    {
        all.push_back(link.result);
        if (link.step.kind == Step::Kind::add)
            all.push_back(link.other);
    }
    for (size_t i = 0; i < all.size(); i++)
        for (size_t j = 0; j < i; j++)
            if (all[i].uid == all[j].uid)
                return refuse(CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES, "two tensors of a graph have the number " + std::to_string(all[i].uid));
    return CUDNN_STATUS_SUCCESS;
}

}  // namespace

bool Tensor::operator==(const Tensor& other) const
{
    return uid == other.uid && alignment == other.alignment && type == other.type && dimensions == other.dimensions && strides == other.strides && is_virtual == other.is_virtual;
}

size_t Tensor::bytes() const
{
    size_t count = 1;
    for (const int64_t size : dimensions)
        count *= static_cast<size_t>(size);
    return count * simulator::bytes_of(element());
}

Element Tensor::element() const
{
    return type == CUDNN_DATA_BFLOAT16 ? Element::bf16 : type == CUDNN_DATA_HALF ? Element::f16 : type == CUDNN_DATA_DOUBLE ? Element::f64 : Element::f32;
}

std::vector<Tensor> Graph::factors() const
{
    return pass == Pass::forward ? std::vector{x, w} : pass == Pass::backward_data ? std::vector{y, w} : std::vector{x, y};
}

std::vector<Tensor> Graph::tensors() const
{
    std::vector<Tensor> all = factors();
    for (const Link& link : links)
        if (link.step.kind == Step::Kind::add)
            all.push_back(link.other);
    all.push_back(result());
    return all;
}

Tensor read_tensor(const Content& descriptor)
{
    return {descriptor.one<int64_t>(CUDNN_ATTR_TENSOR_UNIQUE_ID),
            descriptor.one<int64_t>(CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT),
            descriptor.one<cudnnDataType_t>(CUDNN_ATTR_TENSOR_DATA_TYPE),
            descriptor.all<int64_t>(CUDNN_ATTR_TENSOR_DIMENSIONS),
            descriptor.all<int64_t>(CUDNN_ATTR_TENSOR_STRIDES),
            descriptor.one<char>(CUDNN_ATTR_TENSOR_IS_VIRTUAL) != 0};
}

cudnnStatus_t read_convolution(const Content& operation, Graph& graph)
{
    graph.pass = *pass_of(operation);
    const Names names = names_of(graph.pass);
    graph.alpha = operation.one<float>(names.alpha);
    graph.beta = operation.one<float>(names.beta);
    graph.x = read_tensor(operation.descriptor(names.x));
    graph.w = read_tensor(operation.descriptor(names.w));
    graph.y = read_tensor(operation.descriptor(names.y));
    return read_shape(operation.descriptor(names.settings), graph);
}

cudnnStatus_t read_graph(const std::vector<std::shared_ptr<const Content>>& operations, Graph& graph)
{
    std::vector<std::shared_ptr<const Content>> left = operations;
    const auto convolution = std::find_if(left.begin(), left.end(), [](const auto& operation) { return pass_of(*operation).has_value(); });
    if (convolution == left.end())
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "the simulator knows graphs with a convolution only");
    if (const cudnnStatus_t status = read_convolution(**convolution, graph); status != CUDNN_STATUS_SUCCESS)
        return status;
    left.erase(convolution);
    if (const cudnnStatus_t status = read_links(std::move(left), graph); status != CUDNN_STATUS_SUCCESS)
        return status;
    for (const Tensor& tensor : graph.tensors())
    {
        if (tensor.is_virtual)
            return refuse(CUDNN_STATUS_BAD_PARAM, "tensor " + std::to_string(tensor.uid) + " is virtual, but nothing inside the graph gives it or takes it");
        if (tensor.dimensions.size() == 4 && !is_channels_last(tensor))
            return refuse(CUDNN_STATUS_NOT_SUPPORTED_LAYOUT, "tensor " + std::to_string(tensor.uid) + " does not lie channels last");
    }
    return check_numbers(graph);
}

}  // namespace simulator::cudnn
