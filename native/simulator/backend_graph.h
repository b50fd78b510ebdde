// backend_graph.h: what a graph of operations computes, and which engines compute it.
#pragma once

#include "simulator/backend.h"
#include "simulator/convolution.h"

namespace simulator::cudnn
{

struct Tensor
{
    int64_t uid = 0, alignment = 0;
    cudnnDataType_t type = CUDNN_DATA_FLOAT;
    std::vector<int64_t> dimensions, strides;
    bool is_virtual = false;

    bool operator==(const Tensor& other) const;
    size_t bytes() const;
    Element element() const;
};

/// A pointwise operation after the convolution. `other` is what it adds.
struct Link
{
    Step step;
    Tensor other;
    Tensor result;
};

/// One convolution, and a chain of pointwise operations on what it gives.
struct Graph
{
    Pass pass = Pass::forward;
    ConvolutionShape shape{};
    float alpha = 1, beta = 0;
    Tensor x, w, y;  // the pass says which of them is given by the convolution
    std::vector<Link> links;

    const Tensor& convolved() const { return pass == Pass::forward ? y : pass == Pass::backward_data ? x : w; }
    const Tensor& result() const { return links.empty() ? convolved() : links.back().result; }
    std::vector<Tensor> factors() const;

    /// All that a variant pack brings: factors, what is added, the result.
    std::vector<Tensor> tensors() const;
};

Tensor read_tensor(const Content& descriptor);

/// The shape of a convolution's operation, if its tensors fit each other.
cudnnStatus_t read_convolution(const Content& operation, Graph& graph);

/// The graph of these operations, if it is one that cuDNN knows.
cudnnStatus_t read_graph(const std::vector<std::shared_ptr<const Content>>& operations, Graph& graph);

/// A way to compute graphs.
struct Engine
{
    int64_t index;
    bool tensor_cores, down_converts, nondeterministic, needs_workspace, compiled;

    std::vector<cudnnBackendNumericalNote_t> notes() const;
    Rounding rounding() const;
    size_t workspace_bytes(const Graph& graph) const;
    bool has_tiles() const { return tensor_cores && !down_converts; }
};

const std::vector<Engine>& engines();

/// Whether an engine can run a graph: what the making of a plan answers.
cudnnStatus_t check_support(const Engine& engine, const Graph& graph);

/// What the heuristics propose, best first: engines with the size of their tiles. They do not know everything that the
/// making of a plan will find.
struct Proposal
{
    int64_t engine, tile;
};
std::vector<Proposal> propose(const Graph& graph, cudnnBackendHeurMode_t mode);

}  // namespace simulator::cudnn
