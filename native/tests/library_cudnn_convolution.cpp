// cuDNN's convolutions and their gradients by every engine, against seven loops.
#include "tests/library_cudnn_session.h"

using namespace library_tests;

namespace
{

constexpr auto forward = CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR, backward_data = CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR,
               backward_filter = CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR;
constexpr int64_t plain = 0, tensor = 1, staged = 2, unordered = 3, halved = 4, compiled = 5, chain = 6;

struct Case
{
    int64_t n, c, h, w, k, r, s;
    Window window;

    Dimensions x() const { return {n, c, h, w}; }
    Dimensions weights() const { return {k, c, r, s}; }
    Dimensions y() const { return {n, k, window.over(h, r), window.over(w, s)}; }
};

size_t count(const Dimensions& size) { return static_cast<size_t>(size[0] * size[1] * size[2] * size[3]); }

/// visit(index in x, index in weights, index in y) for every product of a convolution.
template <typename Visit>
void each_product(const Case& shape, Visit visit)
{
    const Dimensions y = shape.y();
    for (int64_t n = 0; n < shape.n; n++)
        for (int64_t p = 0; p < y[2]; p++)
            for (int64_t q = 0; q < y[3]; q++)
                for (int64_t k = 0; k < shape.k; k++)
                    for (int64_t r = 0; r < shape.r; r++)
                        for (int64_t s = 0; s < shape.s; s++)
                            for (int64_t c = 0; c < shape.c; c++)
                            {
                                const int64_t i = p * shape.window.stride - shape.window.before + r * shape.window.dilation;
                                const int64_t j = q * shape.window.stride - shape.window.before + s * shape.window.dilation;
                                if (i >= 0 && i < shape.h && j >= 0 && j < shape.w)
                                    visit(((n * shape.h + i) * shape.w + j) * shape.c + c, ((k * shape.r + r) * shape.s + s) * shape.c + c,
                                          ((n * y[2] + p) * y[3] + q) * shape.k + k);
                            }
}

/// The result of a pass: the tensors are x, weights and y, and the one that is asked for says nothing.
Numbers expect(cudnnBackendDescriptorType_t pass, const Case& shape, const Numbers& x, const Numbers& weights, const Numbers& y)
{
    Numbers result(count(pass == forward ? shape.y() : pass == backward_data ? shape.x() : shape.weights()));
    each_product(shape, [&](int64_t in, int64_t weight, int64_t out) {
        if (pass == forward)
            result[out] += x[in] * weights[weight];
        else if (pass == backward_data)
            result[in] += y[out] * weights[weight];
        else
            result[weight] += x[in] * y[out];
    });
    return result;
}

Element element(cudnnDataType_t type) { return type == CUDNN_DATA_BFLOAT16 ? Element::bf16 : Element::f32; }

/// How far a pass by one engine is from the loops. The tensors' numbers are 10 (x), 11 (weights) and 12 (y).
double error_of(const DnnSession& session, cudnnBackendDescriptorType_t pass, const Case& shape, int64_t engine, cudnnDataType_t type = CUDNN_DATA_FLOAT,
                cudnnDataType_t result_type = CUDNN_DATA_FLOAT, Scale scale = {})
{
    const Dimensions sizes[] = {shape.x(), shape.weights(), shape.y()};
    const int result = pass == forward ? 2 : pass == backward_data ? 0 : 1;
    Numbers numbers[3];
    Descriptors tensors;
    std::vector<CUdeviceptr> pointers;
    for (int i = 0; i < 3; i++)
    {
        const cudnnDataType_t own = i == result ? result_type : type;
        numbers[i] = as_stored(random_numbers(count(sizes[i]), static_cast<unsigned>(7 + i)), element(own));
        tensors.push_back(make_tensor({10 + i, sizes[i], own}));
        pointers.push_back(upload(numbers[i], element(own)));
    }
    // The header's order: forward w, x, y; backward data w, dx, dy; backward filter dw, x, dy.
    const Descriptors ordered = {tensors[1], tensors[0], tensors[2]};
    const cudnnBackendDescriptor_t graph = finalised(session.describe_graph({finalised(describe_operation(pass, shape.window, ordered, scale))}));
    DNN_OK(session.run(finalised(session.describe_plan(graph, engine)), {10, 11, 12}, pointers));
    Numbers expected = expect(pass, shape, numbers[0], numbers[1], numbers[2]);
    for (size_t i = 0; i < expected.size(); i++)
        expected[i] = scale.alpha * expected[i] + scale.beta * numbers[result][i];
    return difference(download(pointers[static_cast<size_t>(result)], expected.size(), element(result_type)), expected);
}

const Case cases[] = {
    {2, 4, 9, 7, 8, 3, 3, {1, 1, 1, 1}},  {1, 8, 8, 8, 4, 1, 1, {2, 1, 0, 0}},   {2, 4, 11, 10, 12, 3, 2, {2, 1, 1, 0}},
    {1, 8, 9, 9, 8, 3, 3, {1, 2, 2, 2}},  {3, 3, 15, 13, 5, 7, 7, {2, 1, 3, 2}}, {1, 300, 5, 5, 272, 2, 2, {1, 1, 0, 1}},
};

bool is_for_tensor_cores(const Case& shape, int64_t step) { return shape.c % step == 0 && shape.k % step == 0; }

}  // namespace

TEST(convolves_exactly_without_tensor_cores)
{
    const DnnSession session;
    for (const Case& shape : cases)
        for (const int64_t engine : {plain, staged})
            for (const auto pass : {forward, backward_data, backward_filter})
                CHECK(error_of(session, pass, shape, engine) < 1e-4);
}

TEST(rounds_factors_on_tensor_cores)
{
    const DnnSession session;
    for (const Case& shape : cases)
        for (const auto pass : {forward, backward_data, backward_filter})
            if (is_for_tensor_cores(shape, 4))
            {
                const double error = error_of(session, pass, shape, tensor);
                CHECK(error > 1e-5 && error < 3e-2);
            }
    CHECK(error_of(session, forward, cases[0], halved) > 1e-5);
    CHECK(error_of(session, backward_data, cases[0], unordered) < 1e-2);
}

TEST(convolves_bf16)
{
    const DnnSession session;
    const Case shape = {2, 8, 9, 7, 16, 3, 3, {2, 1, 1, 1}};
    for (const int64_t engine : {plain, tensor, staged})
        for (const auto pass : {forward, backward_data, backward_filter})
            CHECK(error_of(session, pass, shape, engine, CUDNN_DATA_BFLOAT16, CUDNN_DATA_BFLOAT16) < 8e-2);
    CHECK(error_of(session, backward_filter, shape, compiled, CUDNN_DATA_BFLOAT16, CUDNN_DATA_FLOAT) < 1e-4);
}

TEST(scales_and_adds_to_what_is_there)
{
    const DnnSession session;
    for (const auto pass : {forward, backward_data, backward_filter})
        CHECK(error_of(session, pass, cases[0], plain, CUDNN_DATA_FLOAT, CUDNN_DATA_FLOAT, {0.5f, 2.0f}) < 1e-4);
}

namespace
{

/// convolution + bias + residual, rectified, in this order or with the residual first.
double error_of_chain(const DnnSession& session, int64_t engine, bool residual_first, cudnnDataType_t type)
{
    const Case shape = {2, 8, 6, 5, 16, 3, 3, {1, 1, 1, 1}};
    const Dimensions y = shape.y();
    const Numbers x = as_stored(random_numbers(count(shape.x()), 1), element(type)), w = as_stored(random_numbers(count(shape.weights()), 2), element(type)),
                  residual = as_stored(random_numbers(count(y), 3), element(type)), bias = random_numbers(16, 4);
    const auto between = [&](int64_t uid) { return make_tensor({uid, y, CUDNN_DATA_FLOAT, true}); };
    const cudnnBackendDescriptor_t convolved = between(20), first = between(21), second = between(22), bias_tensor = make_tensor({3, {1, 16, 1, 1}}),
                                   residual_tensor = make_tensor({4, y, type});
    const Descriptors operations = {
        finalised(describe_operation(forward, shape.window, {make_tensor({2, shape.weights(), type}), make_tensor({1, shape.x(), type}), convolved})),
        finalised(describe_pointwise(CUDNN_POINTWISE_ADD, convolved, residual_first ? residual_tensor : bias_tensor, first)),
        finalised(describe_pointwise(CUDNN_POINTWISE_ADD, first, residual_first ? bias_tensor : residual_tensor, second)),
        finalised(describe_pointwise(CUDNN_POINTWISE_RELU_FWD, second, nullptr, make_tensor({5, y, type})))};
    const cudnnBackendDescriptor_t plan = session.describe_plan(finalised(session.describe_graph(operations)), engine);
    if (cudnnBackendFinalize(plan) != CUDNN_STATUS_SUCCESS)
        return NAN;
    const CUdeviceptr result = allocate(count(y) * simulator::bytes_of(element(type)));
    DNN_OK(session.run(plan, {5, 4, 3, 2, 1}, {result, upload(residual, element(type)), upload(bias), upload(w, element(type)), upload(x, element(type))}));
    Numbers expected = expect(forward, shape, x, w, {});
    for (size_t i = 0; i < expected.size(); i++)
        expected[i] = std::max(expected[i] + bias[i % 16] + residual[i], 0.0f);
    return difference(download(result, expected.size(), element(type)), expected);
}

}  // namespace

TEST(adds_bias_and_residual_and_rectifies)
{
    const DnnSession session;
    for (const bool residual_first : {false, true})
    {
        CHECK(error_of_chain(session, compiled, residual_first, CUDNN_DATA_FLOAT) < 2e-2);
        CHECK(error_of_chain(session, compiled, residual_first, CUDNN_DATA_BFLOAT16) < 6e-2);
    }
    CHECK(error_of_chain(session, chain, true, CUDNN_DATA_FLOAT) < 1e-4);
    CHECK(error_of_chain(session, chain, true, CUDNN_DATA_BFLOAT16) < 6e-2);
    CHECK(std::isnan(error_of_chain(session, chain, false, CUDNN_DATA_FLOAT)));
}

TEST(is_the_same_every_time)
{
    const DnnSession session;
    const Case shape = cases[5];
    const double first = error_of(session, backward_filter, shape, tensor);
    for (int i = 0; i < 3; i++)
        CHECK_EQUAL(error_of(session, backward_filter, shape, tensor), first);
}
