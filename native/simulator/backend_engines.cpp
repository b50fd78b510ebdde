// The engines of the simulated cuDNN. Their differences are those that a host has to deal with: notes on how they compute,
// workspace, shapes and types that one takes and another does not.
#include <algorithm>

#include "simulator/backend_graph.h"

namespace simulator::cudnn
{

namespace
{

enum Index : int64_t
{
    plain,         // a convolution, without tensor cores
    tensor,        // a convolution, on tensor cores
    staged,        // a convolution, without tensor cores, with a workspace
    atomic,        // a gradient, on tensor cores, summed in no fixed order
    halved,        // an f32 convolution whose factors are rounded to f16
    fused,         // compiled for its graph: chains, mixed types, on tensor cores
    fused_plain,   // a forward chain, without tensor cores
};

bool is_mixed(const Graph& graph) { return graph.convolved().type != graph.factors().front().type; }

/// How many channels make 16 bytes.
int64_t channel_step(const Graph& graph) { return graph.factors().front().type == CUDNN_DATA_FLOAT ? 4 : 8; }

cudnnStatus_t check_types(const Engine& engine, const Graph& graph)
{
    const std::vector<Tensor> factors = graph.factors();
    const cudnnDataType_t type = factors[0].type;
    if (factors[1].type != type || (type != CUDNN_DATA_FLOAT && type != CUDNN_DATA_BFLOAT16 && type != CUDNN_DATA_HALF))
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, "the factors of a convolution are both f32, bf16 or f16");
    const auto is_allowed = [&](const Tensor& tensor, bool mixed) { return tensor.type == type || (mixed && tensor.type == CUDNN_DATA_FLOAT); };
    bool allowed = is_allowed(graph.convolved(), engine.compiled || graph.convolved().is_virtual) && is_allowed(graph.result(), engine.compiled && graph.links.empty());
    for (const Link& link : graph.links)
        allowed = allowed && is_allowed(link.result, link.result.is_virtual) && (link.step.kind == Step::Kind::relu || is_allowed(link.other, true));
    return allowed ? CUDNN_STATUS_SUCCESS : refuse(CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE, "this engine does not mix these types");
}

/// Engines on tensor cores, and those for chains, move channels several at a time.
cudnnStatus_t check_channels(const Graph& graph)
{
    const int64_t step = channel_step(graph);
    if (graph.shape.c % step != 0 || graph.shape.k % step != 0)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_SHAPE, "this engine takes channels by " + std::to_string(step));
    for (const Tensor& tensor : graph.tensors())
        if (tensor.alignment < 16)
            return refuse(CUDNN_STATUS_NOT_SUPPORTED, "this engine needs tensors aligned to 16 bytes");
    return CUDNN_STATUS_SUCCESS;
}

/// The one chain that is not compiled for its graph adds a tensor, then a value a channel, then rectifies, each or not.
bool is_documented_chain(const Graph& graph)
{
    const auto rank = [](const Link& link) { return link.step.kind == Step::Kind::relu ? 2 : link.step.per_channel ? 1 : 0; };
    return std::adjacent_find(graph.links.begin(), graph.links.end(), [&](const Link& one, const Link& next) { return rank(one) >= rank(next); }) == graph.links.end();
}

/// Whether the engine is of the kind that a graph asks for: what the heuristics know.
bool is_candidate(const Engine& engine, const Graph& graph)
{
    if (!graph.links.empty())
        return engine.index == fused || engine.index == fused_plain;
    if (is_mixed(graph))
        return engine.index == fused;
    const bool is_f32 = graph.factors().front().type == CUDNN_DATA_FLOAT;
    return engine.index < fused && (engine.index != atomic || graph.pass != Pass::forward) && (engine.index != halved || is_f32);
}

}  // namespace

std::vector<cudnnBackendNumericalNote_t> Engine::notes() const
{
    std::vector<cudnnBackendNumericalNote_t> all;
    if (tensor_cores)
        all.push_back(CUDNN_NUMERICAL_NOTE_TENSOR_CORE);
    if (down_converts)
        all.push_back(CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS);
    if (nondeterministic)
        all.push_back(CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC);
    return all;
}

Rounding Engine::rounding() const { return down_converts ? Rounding::f16 : tensor_cores ? Rounding::tf32 : Rounding::none; }

size_t Engine::workspace_bytes(const Graph& graph) const
{
    const size_t weights = static_cast<size_t>(graph.shape.k * graph.shape.r * graph.shape.s * graph.shape.c) * sizeof(float);
    return needs_workspace ? (weights + 255) / 256 * 256 : 0;
}

const std::vector<Engine>& engines()
{
    static const std::vector<Engine>& all = *new std::vector<Engine>{
        {plain, false, false, false, false, false}, {tensor, true, false, false, false, false}, {staged, false, false, false, true, false},
        {atomic, true, false, true, true, false},   {halved, true, true, false, false, false},  {fused, true, false, false, false, true},
        {fused_plain, false, false, false, false, false},
    };
    return all;
}

cudnnStatus_t check_support(const Engine& engine, const Graph& graph)
{
    if (!is_candidate(engine, graph))
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "engine " + std::to_string(engine.index) + " is not for graphs of this kind");
    if (!graph.links.empty() && driver::state().settings.refuse_fused_graphs != 0)
        return refuse(CUDNN_STATUS_NOT_SUPPORTED, "a test asked that graphs of several operations be refused");
    if (!graph.links.empty() && (graph.alpha != 1 || graph.beta != 0))
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "a convolution inside a graph has alpha 1 and beta 0");
    if (engine.index == fused_plain && !is_documented_chain(graph))
        return refuse(CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, "this engine adds a tensor, then a bias, then rectifies");
    if (const cudnnStatus_t status = check_types(engine, graph); status != CUDNN_STATUS_SUCCESS)
        return status;
    return engine.tensor_cores || engine.index == fused_plain ? check_channels(graph) : CUDNN_STATUS_SUCCESS;
}

std::vector<Proposal> propose(const Graph& graph, cudnnBackendHeurMode_t mode)
{
    if (!graph.links.empty() && driver::state().settings.refuse_fused_graphs == 1)
        return {};
    const std::vector<Proposal> all = mode == CUDNN_HEUR_MODE_FALLBACK ? std::vector<Proposal>{{plain, 0}, {fused_plain, 0}}
                                      : mode == CUDNN_HEUR_MODE_B      ? std::vector<Proposal>{{staged, 0}, {tensor, 1}, {fused, 1}, {plain, 0}}
                                                                       : std::vector<Proposal>{{halved, 0}, {tensor, 0}, {tensor, 1}, {fused, 0}, {atomic, 0}, {staged, 0}, {plain, 0}, {fused_plain, 0}};
    std::vector<Proposal> proposals;
    for (const Proposal& proposal : all)
        if (is_candidate(engines()[proposal.engine], graph))
            proposals.push_back(proposal);
    return proposals;
}

}  // namespace simulator::cudnn
