// cuDNN's descriptors: made, filled, finalised, asked.
#include <algorithm>

#include "simulator/backend.h"

using namespace simulator::cudnn;
using namespace simulator::driver;

namespace
{

bool is_operation(cudnnBackendDescriptorType_t type)
{
    return type == CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR || type == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR ||
           type == CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR || type == CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR;
}

bool is_wanted(const Rule& rule, cudnnBackendDescriptorType_t type) { return rule.refers_to == type || (rule.refers_to == Rule::any_operation && is_operation(type)); }

/// The rule for an attribute of this type, or why there is none.
cudnnStatus_t find_rule(const Content& content, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, const Rule*& found)
{
    bool is_named = false;
    for (const Rule& rule : rules())
        if (rule.descriptor == content.type && rule.name == name)
        {
            is_named = true;
            if (rule.type == type)
                found = &rule;
        }
    if (found)
        return CUDNN_STATUS_SUCCESS;
    const std::string where = "attribute " + std::to_string(name) + " of descriptors of type " + std::to_string(content.type);
    return is_named ? refuse(CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE, where + " is not of type " + std::to_string(type))
                    : refuse(CUDNN_STATUS_BAD_PARAM, "there is no " + where + " in the simulator");
}

cudnnStatus_t set_descriptors(Value& value, const Rule& rule, const cudnnBackendDescriptor_t* handles)
{
    for (int64_t i = 0; i < value.count; i++)
    {
        const Descriptor* const other = descriptors().find(handles[i]);
        if (!other)
            return refuse(CUDNN_STATUS_BAD_PARAM, "attribute " + std::to_string(rule.name) + " is given a descriptor that does not exist");
        if (!is_wanted(rule, other->content->type))
            return refuse(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, "attribute " + std::to_string(rule.name) + " is given a descriptor of another kind");
        if (!other->content->finalised)
            return refuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "attribute " + std::to_string(rule.name) + " is given a descriptor that is not finalised");
        value.descriptors.push_back(other->content);
    }
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t set(Content& content, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count, const void* values)
{
    const Rule* rule = nullptr;
    if (content.finalised)
        return refuse(CUDNN_STATUS_NOT_INITIALIZED, "the descriptor is finalised already");
    if (const cudnnStatus_t status = find_rule(content, name, type, rule); status != CUDNN_STATUS_SUCCESS)
        return status;
    if (rule->use == Use::computed)
        return refuse(CUDNN_STATUS_BAD_PARAM, "attribute " + std::to_string(name) + " cannot be set");
    if (count < rule->least || count > rule->most)
        return refuse(CUDNN_STATUS_BAD_PARAM, "attribute " + std::to_string(name) + " takes " + std::to_string(rule->least) + " to " + std::to_string(rule->most) + " elements");
    if (!values && count > 0)
        return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "the elements' address is null");
    Value value{type, count, {}, {}};
    const char* const first = static_cast<const char*>(values);
    if (type != CUDNN_TYPE_BACKEND_DESCRIPTOR)
        value.bytes.assign(first, first + static_cast<size_t>(count) * bytes_of(type));
    else if (const cudnnStatus_t status = set_descriptors(value, *rule, static_cast<const cudnnBackendDescriptor_t*>(values)); status != CUDNN_STATUS_SUCCESS)
        return status;
    content.values[name] = std::move(value);
    return CUDNN_STATUS_SUCCESS;
}

/// Descriptors are given by making the caller's, which are new, the same.
cudnnStatus_t get_descriptors(const Value& value, const Rule& rule, int64_t count, const cudnnBackendDescriptor_t* handles)
{
    for (int64_t i = 0; i < count; i++)
    {
        Descriptor* const target = descriptors().find(handles[i]);
        if (!target || !is_wanted(rule, target->content->type))
            return refuse(CUDNN_STATUS_BAD_PARAM_DESCRIPTOR_TYPE, "attribute " + std::to_string(rule.name) + " is written to descriptors of its own kind, made before");
        if (target->content->finalised)
            return refuse(CUDNN_STATUS_BAD_PARAM, "attribute " + std::to_string(rule.name) + " cannot be written to a descriptor that is finalised");
        *target->content = *value.descriptors[static_cast<size_t>(i)];
    }
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t get(const Content& content, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t requested, int64_t* count, void* values)
{
    const Rule* rule = nullptr;
    if (!content.finalised)
        return refuse(CUDNN_STATUS_BAD_PARAM_NOT_FINALIZED, "the descriptor is not finalised");
    if (const cudnnStatus_t status = find_rule(content, name, type, rule); status != CUDNN_STATUS_SUCCESS)
        return status;
    if (requested < 0 || !count || (requested > 0 && !values))
        return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "there is no place for the elements or their number");
    const auto found = content.values.find(name);
    *count = found == content.values.end() ? 0 : found->second.count;
    const int64_t given = std::min(requested, *count);
    if (given == 0)
        return CUDNN_STATUS_SUCCESS;
    if (found->second.type != type)
        return refuse(CUDNN_STATUS_BAD_PARAM_ATTRIBUTE_TYPE, "attribute " + std::to_string(name) + " was set in another type");
    if (type == CUDNN_TYPE_BACKEND_DESCRIPTOR)
        return get_descriptors(found->second, *rule, given, static_cast<const cudnnBackendDescriptor_t*>(values));
    memcpy(values, found->second.bytes.data(), static_cast<size_t>(given) * bytes_of(type));
    return CUDNN_STATUS_SUCCESS;
}

template <typename Body>
cudnnStatus_t with_descriptor(const char* name, cudnnBackendDescriptor_t handle, Body body)
{
    return call(name, [&] {
        Descriptor* const descriptor = descriptors().find(handle);
        return descriptor ? body(*descriptor->content) : refuse(CUDNN_STATUS_BAD_PARAM, "there is no such descriptor");
    });
}

}  // namespace

cudnnStatus_t cudnnBackendCreateDescriptor(cudnnBackendDescriptorType_t type, cudnnBackendDescriptor_t* descriptor)
{
    return call(__func__, [&] {
        if (!descriptor)
            return refuse(CUDNN_STATUS_BAD_PARAM_NULL_POINTER, "the descriptor's address is null");
        if (!is_known(type))
            return refuse(CUDNN_STATUS_NOT_SUPPORTED, "the simulator has no descriptors of type " + std::to_string(type));
        state().counters.library_handles++;
        descriptors().add(*descriptor).content = std::make_shared<Content>(Content{type, false, {}, nullptr});
        return CUDNN_STATUS_SUCCESS;
    });
}

cudnnStatus_t cudnnBackendDestroyDescriptor(cudnnBackendDescriptor_t descriptor)
{
    return with_descriptor(__func__, descriptor, [&](const Content&) {
        descriptors().remove(descriptor);
        return CUDNN_STATUS_SUCCESS;
    });
}

cudnnStatus_t cudnnBackendSetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t count, const void* values)
{
    return with_descriptor(__func__, descriptor, [&](Content& content) { return set(content, name, type, count, values); });
}

cudnnStatus_t cudnnBackendGetAttribute(cudnnBackendDescriptor_t descriptor, cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, int64_t requested_count,
                                       int64_t* count, void* values)
{
    return with_descriptor(__func__, descriptor, [&](const Content& content) { return get(content, name, type, requested_count, count, values); });
}

cudnnStatus_t cudnnBackendFinalize(cudnnBackendDescriptor_t descriptor)
{
    return with_descriptor(__func__, descriptor,
                           [&](Content& content) { return content.finalised ? refuse(CUDNN_STATUS_NOT_INITIALIZED, "the descriptor is finalised already") : finalise(content); });
}
