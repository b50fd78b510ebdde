// What cuDNN refuses, by which status, and what happens to graphs, plans and memory that are not as they should be.
#include "tests/library_cudnn_session.h"

using namespace library_tests;

namespace
{

const Dimensions x_size = {2, 4, 6, 6}, w_size = {8, 4, 3, 3}, y_size = {2, 8, 6, 6};
const Window same = {1, 1, 1, 1};
constexpr auto forward = CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR;

cudnnBackendDescriptor_t describe_forward(const TensorShape& x, const TensorShape& w, const TensorShape& y, Scale scale = {})
{
    return describe_operation(forward, same, {make_tensor(w), make_tensor(x), make_tensor(y)}, scale);
}

cudnnBackendDescriptor_t make_forward() { return finalised(describe_forward({1, x_size}, {2, w_size}, {3, y_size})); }

cudnnStatus_t finalise_with(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name, const Dimensions& values)
{
    DNN_OK(set(descriptor, name, CUDNN_TYPE_INT64, values));
    return cudnnBackendFinalize(descriptor);
}

/// A convolution, and a rectifier of what it gives.
Descriptors chain(TensorShape between, const TensorShape& read, Scale scale = {})
{
    return {finalised(describe_forward({1, x_size}, {2, w_size}, between, scale)),
            finalised(describe_pointwise(CUDNN_POINTWISE_RELU_FWD, make_tensor(read), nullptr, make_tensor({4, y_size})))};
}

const TensorShape between = {3, y_size, CUDNN_DATA_FLOAT, true};

/// A session with a plan that runs, and memory for it.
struct PlanSession : DnnSession
{
    cudnnBackendDescriptor_t plan = finalised(describe_plan(finalised(describe_graph({make_forward()})), 0));
    CUdeviceptr x = upload(Numbers(2 * 4 * 36)), w = upload(Numbers(8 * 4 * 9)), y = upload(Numbers(2 * 8 * 36));

    cudnnStatus_t execute(const Dimensions& uids, const std::vector<CUdeviceptr>& pointers) const
    {
        return cudnnBackendExecute(handle, plan, finalised(describe_pack(uids, pointers)));
    }
};

}  // namespace

TEST(refuses_attributes_that_do_not_belong)
{
    const DnnSession session;
    const cudnnBackendDescriptor_t tensor = describe(TensorShape{1, x_size});
    CHECK_EQUAL(set(tensor, CUDNN_ATTR_CONVOLUTION_COMP_TYPE, CUDNN_TYPE_DATA_TYPE, CUDNN_DATA_FLOAT), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(set(tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_DATA_TYPE, int64_t{1}), CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE);
    CHECK_EQUAL(set(tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, Dimensions{1, 2}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(cudnnBackendSetAttribute(tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, nullptr), CUDNN_STATUS_BAD_PARAM_NULL_POINTER);
    DNN_OK(cudnnBackendFinalize(tensor));
    CHECK_EQUAL(set(tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, int64_t{1}), CUDNN_STATUS_NOT_INITIALIZED);
    CHECK_EQUAL(cudnnBackendFinalize(tensor), CUDNN_STATUS_NOT_INITIALIZED);
    DNN_OK(cudnnBackendDestroyDescriptor(tensor));
    CHECK_EQUAL(cudnnBackendDestroyDescriptor(tensor), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(cudnnBackendFinalize(tensor), CUDNN_STATUS_BAD_PARAM);
}

TEST(refuses_descriptors_of_another_kind_or_unfinished)
{
    const DnnSession session;
    const cudnnBackendDescriptor_t operation = create(forward), tensor = describe(TensorShape{1, x_size}), settings = finalised(describe(same));
    CHECK_EQUAL(set(operation, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, CUDNN_TYPE_BACKEND_DESCRIPTOR, tensor), CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED);
    CHECK_EQUAL(set(operation, CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, CUDNN_TYPE_BACKEND_DESCRIPTOR, settings), CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE);
    CHECK_EQUAL(cudnnBackendFinalize(operation), CUDNN_STATUS_BAD_PARAM);
    cudnnBackendDescriptor_t other = nullptr;
    CHECK_EQUAL(cudnnBackendCreateDescriptor(static_cast<cudnnBackendDescriptorType_t>(18), &other), CUDNN_STATUS_NOT_SUPPORTED);
    int64_t count = 0;
    CHECK_EQUAL(cudnnBackendGetAttribute(tensor, CUDNN_ATTR_TENSOR_UNIQUE_ID, CUDNN_TYPE_INT64, 1, &count, &count), CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED);
}

TEST(refuses_tensors_and_windows_that_make_no_sense)
{
    const DnnSession session;
    const auto tensor = [] { return describe(TensorShape{1, x_size}); };
    CHECK_EQUAL(finalise_with(tensor(), CUDNN_ATTR_TENSOR_STRIDES, {1, 1, 1}), CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH);
    CHECK_EQUAL(finalise_with(tensor(), CUDNN_ATTR_TENSOR_DIMENSIONS, {2, 0, 6, 6}), CUDNN_STATUS_BAD_PARAM_OUT_OF_BOUND);
    CHECK_EQUAL(finalise_with(tensor(), CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, {2}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(finalise_with(tensor(), CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, {24}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(finalise_with(describe(same), CUDNN_ATTR_CONVOLUTION_DILATIONS, {0, 1}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(finalise_with(describe(same), CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, {1}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(finalise_with(describe(same), CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, {3}), CUDNN_STATUS_NOT_SUPPORTED);
}

TEST(refuses_shapes_that_do_not_fit)
{
    const DnnSession session;
    const auto refused = [](const Dimensions& x, const Dimensions& w, const Dimensions& y) { return cudnnBackendFinalize(describe_forward({1, x}, {2, w}, {3, y})); };
    CHECK_EQUAL(refused(x_size, {8, 5, 3, 3}, y_size), CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH);
    CHECK_EQUAL(refused(x_size, {8, 2, 3, 3}, y_size), CUDNN_STATUS_NOT_SUPPORTED_SHAPE);
    CHECK_EQUAL(refused(x_size, w_size, {2, 8, 5, 6}), CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH);
    CHECK_EQUAL(refused(x_size, w_size, {2, 4, 6, 6}), CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH);
    const cudnnBackendDescriptor_t y = make_tensor({3, y_size}), other = make_tensor({4, {2, 8, 6, 5}}), rows = make_tensor({5, {2, 1, 6, 6}});
    CHECK_EQUAL(cudnnBackendFinalize(describe_pointwise(CUDNN_POINTWISE_RELU_FWD, y, nullptr, other)), CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH);
    CHECK_EQUAL(cudnnBackendFinalize(describe_pointwise(CUDNN_POINTWISE_ADD, y, other, y)), CUDNN_STATUS_BAD_PARAM_SHAPE_MISMATCH);
    CHECK_EQUAL(cudnnBackendFinalize(describe_pointwise(CUDNN_POINTWISE_ADD, y, nullptr, y)), CUDNN_STATUS_BAD_PARAM);
    DNN_OK(cudnnBackendFinalize(describe_pointwise(CUDNN_POINTWISE_ADD, y, rows, y)));
}

TEST(refuses_graphs_that_it_does_not_know)
{
    const DnnSession session;
    const auto refused = [&](const Descriptors& operations) { return cudnnBackendFinalize(session.describe_graph(operations)); };
    CHECK_EQUAL(refused(chain({3, y_size}, {3, y_size})), CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);  // what is between is in memory
    CHECK_EQUAL(refused(chain(between, {9, y_size})), CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);      // the second reads another tensor
    CHECK_EQUAL(refused({chain(between, between)[0]}), CUDNN_STATUS_BAD_PARAM);                       // nobody reads what is virtual
    CHECK_EQUAL(refused({chain(between, between)[1]}), CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);     // no convolution
    CHECK_EQUAL(refused({finalised(describe_forward({1, x_size}, {1, w_size}, {3, y_size}))}), CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES);
    const cudnnBackendDescriptor_t planar = describe(TensorShape{1, x_size});
    DNN_OK(set(planar, CUDNN_ATTR_TENSOR_STRIDES, CUDNN_TYPE_INT64, Dimensions{144, 36, 6, 1}));
    CHECK_EQUAL(refused({finalised(describe_operation(forward, same, {make_tensor({2, w_size}), finalised(planar), make_tensor({3, y_size})}))}), CUDNN_STATUS_NOT_SUPPORTED_LAYOUT);
    CHECK_EQUAL(cudnnBackendFinalize(create(CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)), CUDNN_STATUS_BAD_PARAM);
}

TEST(proposes_engines_that_differ)
{
    const DnnSession session;
    const cudnnBackendDescriptor_t graph = finalised(session.describe_graph({make_forward()}));
    int strict = 0, rounding = 0, with_workspace = 0;
    for (const cudnnBackendDescriptor_t configuration : DnnSession::ask(graph, CUDNN_HEUR_MODE_A))
    {
        cudnnBackendNumericalNote_t notes[8];
        int64_t count = 0;
        DNN_OK(cudnnBackendGetAttribute(DnnSession::engine_of(configuration), CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE, 8, &count, notes));
        (count == 0 ? strict : rounding)++;
        with_workspace += DnnSession::workspace_of(finalised(session.describe_plan_of(configuration))) > 0;
    }
    CHECK(strict >= 2 && rounding >= 2 && with_workspace >= 1);
    CHECK_EQUAL(DnnSession::ask(graph, CUDNN_HEUR_MODE_FALLBACK).size(), 1u);
    CHECK(DnnSession::ask(graph, CUDNN_HEUR_MODE_B).size() >= 2);
}

TEST(makes_no_plan_for_what_an_engine_cannot_do)
{
    const DnnSession session;
    const Descriptors odd = {finalised(describe_forward({1, {2, 3, 6, 6}}, {2, {8, 3, 3, 3}}, {3, y_size}))};
    const Descriptors unaligned = {finalised(describe_forward({1, x_size, CUDNN_DATA_FLOAT, false, 4}, {2, w_size}, {3, y_size}))};
    const Descriptors mixed = {finalised(describe_forward({1, x_size, CUDNN_DATA_BFLOAT16}, {2, w_size}, {3, y_size}))};
    const auto plan = [&](const Descriptors& operations, int64_t engine) {
        return cudnnBackendFinalize(session.describe_plan(finalised(session.describe_graph(operations)), engine));
    };
    DNN_OK(plan(odd, 0));
    CHECK_EQUAL(plan(odd, 1), CUDNN_STATUS_NOT_SUPPORTED_SHAPE);
    CHECK_EQUAL(plan(unaligned, 1), CUDNN_STATUS_NOT_SUPPORTED);
    CHECK_EQUAL(plan(mixed, 5), CUDNN_STATUS_NOT_SUPPORTED_DATA_TYPE);
    CHECK_EQUAL(plan(mixed, 0), CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);
    CHECK_EQUAL(plan(chain(between, between), 0), CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);
    CHECK_EQUAL(plan(chain(between, between, {2, 0}), 5), CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN);
    DNN_OK(plan(chain(between, between), 5));
}

TEST(takes_knobs_that_an_engine_has)
{
    const DnnSession session;
    const cudnnBackendDescriptor_t graph = finalised(session.describe_graph({make_forward()}));
    const auto configure = [&](int64_t index, cudnnBackendKnobType_t type, int64_t value) {
        const cudnnBackendDescriptor_t engine = create(CUDNN_BACKEND_ENGINE_DESCRIPTOR), knob = create(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR),
                                       configuration = create(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
        DNN_OK(set(engine, CUDNN_ATTR_ENGINE_OPERATION_GRAPH, CUDNN_TYPE_BACKEND_DESCRIPTOR, graph));
        DNN_OK(set(engine, CUDNN_ATTR_ENGINE_GLOBAL_INDEX, CUDNN_TYPE_INT64, index));
        DNN_OK(set(knob, CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, type));
        DNN_OK(set(knob, CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, CUDNN_TYPE_INT64, value));
        DNN_OK(set(configuration, CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_TYPE_BACKEND_DESCRIPTOR, finalised(engine)));
        DNN_OK(set(configuration, CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_TYPE_BACKEND_DESCRIPTOR, finalised(knob)));
        return cudnnBackendFinalize(configuration);
    };
    DNN_OK(configure(1, CUDNN_KNOB_TYPE_TILE_SIZE, 1));
    CHECK_EQUAL(configure(1, CUDNN_KNOB_TYPE_TILE_SIZE, 2), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(configure(1, static_cast<cudnnBackendKnobType_t>(14), 0), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(configure(0, CUDNN_KNOB_TYPE_TILE_SIZE, 0), CUDNN_STATUS_BAD_PARAM);
}

TEST(refuses_fused_graphs_when_a_test_asks)
{
    const DnnSession session;
    const cudnnBackendDescriptor_t fused = finalised(session.describe_graph(chain(between, between)));
    CHECK_EQUAL(DnnSession::ask(fused, CUDNN_HEUR_MODE_A).size(), 2u);
    simulator_refuse_fused_graphs(2);
    for (const cudnnBackendDescriptor_t configuration : DnnSession::ask(fused, CUDNN_HEUR_MODE_A))
        CHECK_EQUAL(cudnnBackendFinalize(session.describe_plan_of(configuration)), CUDNN_STATUS_NOT_SUPPORTED);
    simulator_refuse_fused_graphs(1);
    CHECK_EQUAL(cudnnBackendFinalize(DnnSession::describe_heuristics(fused, CUDNN_HEUR_MODE_A)), CUDNN_STATUS_NOT_SUPPORTED);
    DNN_OK(cudnnBackendFinalize(DnnSession::describe_heuristics(finalised(session.describe_graph({make_forward()})), CUDNN_HEUR_MODE_A)));
}

TEST(refuses_variant_packs_that_do_not_match)
{
    const PlanSession session;
    DNN_OK(session.execute({3, 1, 2}, {session.y, session.x, session.w}));
    CHECK_EQUAL(session.execute({1, 2}, {session.x, session.w}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(session.execute({1, 2, 3, 4}, {session.x, session.w, session.y, session.x}), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(session.execute({1, 2, 3}, {session.x + 4, session.w, session.y}), CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER);
    CHECK_EQUAL(cudnnBackendFinalize(DnnSession::describe_pack({1, 2, 3}, {session.x, 0, session.y})), CUDNN_STATUS_BAD_PARAM_NULL_POINTER);
    CHECK_EQUAL(cudnnBackendFinalize(DnnSession::describe_pack({1, 1, 3}, {session.x, session.w, session.y})), CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES);
    CHECK_EQUAL(cudnnBackendFinalize(DnnSession::describe_pack({1, 2, 3}, {session.x, session.w})), CUDNN_STATUS_BAD_PARAM);
    const cudnnBackendDescriptor_t unfinished = DnnSession::describe_pack({1, 2, 3}, {session.x, session.w, session.y});
    CHECK_EQUAL(cudnnBackendExecute(session.handle, session.plan, unfinished), CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED);
    CHECK_EQUAL(cudnnBackendExecute(session.handle, unfinished, unfinished), CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE);
}

TEST(needs_the_workspace_it_asks_for)
{
    const PlanSession session;
    const cudnnBackendDescriptor_t plan = finalised(session.describe_plan(finalised(session.describe_graph({make_forward()})), 2));
    const size_t bytes = static_cast<size_t>(DnnSession::workspace_of(plan));
    const auto execute = [&](CUdeviceptr workspace) {
        return cudnnBackendExecute(session.handle, plan, finalised(DnnSession::describe_pack({1, 2, 3}, {session.x, session.w, session.y}, workspace)));
    };
    CHECK_EQUAL(execute(0), CUDNN_STATUS_BAD_PARAM_NULL_POINTER);
    DNN_OK(execute(allocate(bytes)));
    OK(cuCtxSynchronize());
    DNN_OK(execute(allocate(bytes - 1)));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("cudnnBackendExecute: the workspace: writes") == 0);
}

TEST(runs_with_the_handles_stream)
{
    const PlanSession session;
    const CUstream stream = make_stream();
    DNN_OK(cudnnSetStream(session.handle, stream));
    const SimulatorCounters before = counters();
    DNN_OK(session.execute({1, 2, 3}, {session.x, session.w, session.y}));
    OK(cuStreamSynchronize(nullptr));
    CHECK_EQUAL(counters().library_grids, before.library_grids);
    OK(cuStreamSynchronize(stream));
    CHECK_EQUAL(counters().library_grids - before.library_grids, 1u);
    OK(cuStreamBeginCapture_v2(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    DNN_OK(session.execute({1, 2, 3}, {session.x, session.w, session.y}));
    cudnnHandle_t other = nullptr;
    CHECK_EQUAL(cudnnCreate(&other), CUDNN_STATUS_NOT_INITIALIZED);  // which spoils the capture
    CHECK_EQUAL(session.execute({1, 2, 3}, {session.x, session.w, session.y}), CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER);
    OK(cuStreamDestroy_v2(stream));
    CHECK_EQUAL(session.execute({1, 2, 3}, {session.x, session.w, session.y}), CUDNN_STATUS_BAD_PARAM_STREAM_MISMATCH);
    CHECK_EQUAL(cudnnSetStream(session.handle, stream), CUDNN_STATUS_BAD_PARAM);
}

TEST(ends_with_a_fault_where_memory_is_gone)
{
    const PlanSession session;
    OK(cuMemFree_v2(session.x));
    DNN_OK(session.execute({1, 2, 3}, {session.x, session.w, session.y}));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_ILLEGAL_ADDRESS);
    CHECK(std::string(simulator_fault_message()).find("cudnnBackendExecute: x: reads 1152 bytes at") == 0);
    CHECK_EQUAL(session.execute({1, 2, 3}, {session.x, session.w, session.y}), CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER);
}

#if defined(SIMULATOR_WATCHED)
TEST(ends_with_a_fault_where_nobody_wrote)
{
    const PlanSession session;
    DNN_OK(session.execute({1, 2, 3}, {session.x, allocate(8 * 4 * 9 * 4), session.y}));
    CHECK_EQUAL(cuCtxSynchronize(), CUDA_ERROR_LAUNCH_FAILED);
    CHECK(std::string(simulator_fault_message()).find("which nobody has written") != std::string::npos);
}
#endif

TEST(answers_as_its_version_does)
{
    const PlanSession session;
    CHECK_EQUAL(cudnnGetVersion(), 90800u);
    CHECK_EQUAL(session.execute({1, 2}, {session.x, session.w}), CUDNN_STATUS_BAD_PARAM);
    char message[64];
    cudnnGetLastErrorString(message, sizeof(message));
    CHECK_EQUAL(std::string(message), "the variant pack has no tensor 3");
    simulator_set_cudnn_version(8907);
    CHECK_EQUAL(static_cast<int>(session.execute({1, 2}, {session.x, session.w})), 3);
    CHECK_EQUAL(static_cast<int>(session.execute({1, 2, 3}, {session.x + 4, session.w, session.y})), 3);
    CHECK_EQUAL(std::string(cudnnGetErrorString(static_cast<cudnnStatus_t>(9))), "CUDNN_STATUS_NOT_SUPPORTED");
    simulator_fail_next_library_call("cudnnBackendExecute", 8);
    CHECK_EQUAL(static_cast<int>(session.execute({1, 2, 3}, {session.x, session.w, session.y})), 8);
}

TEST(has_handles_in_contexts_only)
{
    const DnnSession session;
    OK(cuCtxSetCurrent(nullptr));
    cudnnHandle_t other = nullptr;
    CHECK_EQUAL(cudnnCreate(&other), CUDNN_STATUS_NOT_INITIALIZED);
    OK(cuCtxSetCurrent(session.context));
    CHECK_EQUAL(cudnnCreate(nullptr), CUDNN_STATUS_BAD_PARAM_NULL_POINTER);
    const SimulatorCounters before = counters();
    DNN_OK(cudnnDestroy(session.handle));
    CHECK_EQUAL(counters().waits - before.waits, 1u);
    CHECK_EQUAL(cudnnDestroy(session.handle), CUDNN_STATUS_BAD_PARAM);
    CHECK_EQUAL(cudnnSetStream(session.handle, nullptr), CUDNN_STATUS_BAD_PARAM);
}
