// cuDNN's plans, run on memory that a variant pack names.
#include <algorithm>
#include <cstring>

#include "simulator/backend_graph.h"

using namespace simulator::cudnn;
using simulator::cudnn::Graph;
using simulator::driver::Context;
using simulator::driver::Operand;
using simulator::driver::Stream;
using simulator::Convolution;
using simulator::Memory;
using simulator::Step;

namespace
{

using Pointers = std::map<int64_t, char*>;

const Engine& engine_of(const Content& plan)
{
    const Content& engine = plan.descriptor(CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG).descriptor(CUDNN_ATTR_ENGINECFG_ENGINE);
    return engines()[static_cast<size_t>(engine.one<int64_t>(CUDNN_ATTR_ENGINE_GLOBAL_INDEX))];
}

Pointers read_pointers(const Content& pack)
{
    const std::vector<int64_t> numbers = pack.all<int64_t>(CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS);
    const std::vector<char*> addresses = pack.all<char*>(CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS);
    Pointers pointers;
    for (size_t i = 0; i < numbers.size(); i++)
        pointers[numbers[i]] = addresses[i];
    return pointers;
}

/// Every tensor of the graph that is in memory has its pointer, aligned as its descriptor says, and there are no others.
cudnnStatus_t check_pointers(const Graph& graph, const Pointers& pointers)
{
    const std::vector<Tensor> tensors = graph.tensors();
    for (const Tensor& tensor : tensors)
    {
        const auto found = pointers.find(tensor.uid);
        if (found == pointers.end())
            return refuse(CUDNN_STATUS_BAD_PARAM, "the variant pack has no tensor " + std::to_string(tensor.uid));
        if (reinterpret_cast<uintptr_t>(found->second) % static_cast<uintptr_t>(tensor.alignment) != 0)
            return refuse(CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER, "tensor " + std::to_string(tensor.uid) + " is not aligned as its descriptor says");
    }
    return pointers.size() == tensors.size() ? CUDNN_STATUS_SUCCESS : refuse(CUDNN_STATUS_BAD_PARAM, "the variant pack has tensors that the graph has not, or that are virtual");
}

Convolution make_convolution(const Graph& graph, const Engine& engine, const Pointers& pointers)
{
    const auto memory = [&](const Tensor& tensor) { return Memory{pointers.at(tensor.uid), tensor.element()}; };
    const auto role = [&](const Tensor& tensor) { return tensor == graph.convolved() ? memory(graph.result()) : memory(tensor); };
    Convolution made{graph.pass, graph.shape, role(graph.x), role(graph.w), role(graph.y), engine.rounding(), graph.alpha, graph.beta, graph.convolved().element(), {}};
    for (const Link& link : graph.links)
    {
        made.steps.push_back(link.step);
        if (link.step.kind == Step::Kind::add)
            made.steps.back().other = memory(link.other);
    }
    return made;
}

std::vector<Operand> operands_of(const Graph& graph, const Pointers& pointers, const char* workspace, size_t workspace_bytes)
{
    static constexpr const char* names[][2] = {{"x", "w"}, {"dy", "w"}, {"x", "dy"}};
    static constexpr const char* results[] = {"y", "dx", "dw"};
    const int pass = static_cast<int>(graph.pass);
    std::vector<Operand> operands;
    const std::vector<Tensor> tensors = graph.tensors();
    for (size_t i = 0; i + 1 < tensors.size(); i++)
        operands.push_back({i < 2 ? names[pass][i] : "what is added", pointers.at(tensors[i].uid), 1, tensors[i].bytes(), 0});
    operands.push_back({results[pass], pointers.at(graph.result().uid), 1, graph.result().bytes(), 0, true, graph.beta != 0});
    if (workspace_bytes > 0)
        operands.push_back({"the workspace", workspace, 1, workspace_bytes, 0, true, false});
    return operands;
}

cudnnStatus_t execute(const Library& library, const Content& plan, const Content& pack)
{
    Context* const context = simulator::driver::usable_context();
    if (!context || library.context != context->number)
        return refuse(CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER, "the handle's context is not current, or something went wrong in it");
    Stream* const stream = simulator::driver::find_stream(*context, library.stream);
    if (!stream)
        return refuse(CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH, "the handle's stream is gone");
    const Graph& graph = *plan.graph;
    const Pointers pointers = read_pointers(pack);
    if (const cudnnStatus_t status = check_pointers(graph, pointers); status != CUDNN_STATUS_SUCCESS)
        return status;
    const size_t workspace_bytes = engine_of(plan).workspace_bytes(graph);
    char* const workspace = pack.one<char*>(CUDNN_ATTR_VARIANT_PACK_WORKSPACE);
    if (workspace_bytes > 0 && !workspace)
        return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "the plan needs a workspace");
    const bool queued = simulator::driver::enqueue_library_work(*stream, "cudnnBackendExecute", operands_of(graph, pointers, workspace, workspace_bytes),
                                             [=, convolution = make_convolution(graph, engine_of(plan), pointers)] {
                                                 if (workspace_bytes > 0)
                                                     memset(workspace, 0xff, workspace_bytes);
                                                 simulator::run(convolution);
                                             });
    return queued ? CUDNN_STATUS_SUCCESS : refuse(CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER, "the handle's stream takes no work");
}

}  // namespace

cudnnStatus_t cudnnBackendExecute(cudnnHandle_t handle, cudnnBackendDescriptor_t plan_handle, cudnnBackendDescriptor_t pack_handle)
{
    return call("cudnnBackendExecute", [&] {
        const Library* const library = libraries().find(handle);
        const Descriptor* const plan = descriptors().find(plan_handle);
        const Descriptor* const pack = descriptors().find(pack_handle);
        if (!library || !plan || !pack)
            return refuse(CUDNN_STATUS_BAD_PARAM, "there is no such handle, plan or variant pack");
        if (plan->content->type != CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR || pack->content->type != CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR)
            return refuse(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, "a plan is executed with a variant pack");
        if (!plan->content->finalised || !pack->content->finalised)
            return refuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "the plan or the variant pack is not finalised");
        return execute(*library, *plan->content, *pack->content);
    });
}
