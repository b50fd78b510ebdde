// backend.h: cuDNN's descriptors: what may be said about each kind, and what was.
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "simulator/cudnn.h"
#include "simulator/library.h"

namespace simulator::cudnn
{

struct Graph;
struct Content;

/// The library, started in a context.
struct Library
{
    int context = 0;
    CUstream stream = nullptr;
};

/// An attribute that was set. Descriptors are held by what they were: it does not matter what becomes of theirs.
struct Value
{
    cudnnBackendAttributeType_t type;
    int64_t count;
    std::vector<char> bytes;
    std::vector<std::shared_ptr<const Content>> descriptors;
};

/// What is known of a descriptor; nothing changes once it is finalised.
struct Content
{
    cudnnBackendDescriptorType_t type;
    bool finalised = false;
    std::map<cudnnBackendAttributeName_t, Value> values;
    std::shared_ptr<const Graph> graph;  // of an operation graph, and of all that is made from it

    bool has(cudnnBackendAttributeName_t name) const { return values.count(name) != 0; }

    /// The attribute's elements; none if it was not set. A double is read as the float it is asked for.
    template <typename T>
    std::vector<T> all(cudnnBackendAttributeName_t name) const
    {
        const auto found = values.find(name);
        std::vector<T> elements(found == values.end() ? 0 : static_cast<size_t>(found->second.count));
        if constexpr (std::is_same_v<T, float>)
            if (!elements.empty() && found->second.type == CUDNN_TYPE_DOUBLE)
            {
                const double* const doubles = reinterpret_cast<const double*>(found->second.bytes.data());
                return {doubles, doubles + elements.size()};
            }
        if (!elements.empty())
            memcpy(elements.data(), found->second.bytes.data(), found->second.bytes.size());
        return elements;
    }

    template <typename T>
    T one(cudnnBackendAttributeName_t name, T otherwise = T{}) const
    {
        const std::vector<T> elements = all<T>(name);
        return elements.empty() ? otherwise : elements.front();
    }

    const std::vector<std::shared_ptr<const Content>>& descriptors(cudnnBackendAttributeName_t name) const { return values.at(name).descriptors; }
    const Content& descriptor(cudnnBackendAttributeName_t name) const { return *descriptors(name).front(); }
};

struct Descriptor
{
    std::shared_ptr<Content> content;
};

enum class Use
{
    required,
    optional,
    computed  // by the library: it can be asked for, not set
};

/// What one attribute of one kind of descriptor takes.
struct Rule
{
    cudnnBackendDescriptorType_t descriptor;
    cudnnBackendAttributeName_t name;
    cudnnBackendAttributeType_t type;
    Use use;
    int64_t least = 1, most = 1;                             // elements
    cudnnBackendDescriptorType_t refers_to = any_operation;  // where the elements are descriptors

    static constexpr auto any_operation = static_cast<cudnnBackendDescriptorType_t>(-1);
};

/// All rules; an attribute with two types has two.
const std::vector<Rule>& rules();

bool is_known(cudnnBackendDescriptorType_t type);
size_t bytes_of(cudnnBackendAttributeType_t type);

/// Notes why a call is refused, for cudnnGetLastErrorString, and answers the status.
cudnnStatus_t refuse(cudnnStatus_t status, const std::string& why);

/// Whether the content holds together; fills what is computed.
cudnnStatus_t finalise(Content& content);

driver::Handles<Library>& libraries();
driver::Handles<Descriptor>& descriptors();

/// A call of cuDNN: planted statuses, exceptions, and the numbers of the version that is simulated.
cudnnStatus_t public_status(cudnnStatus_t status);
template <typename Body>
cudnnStatus_t call(const char* name, Body body)
{
    return driver::guarded(public_status(CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED), public_status(CUDNN_STATUS_INTERNAL_ERROR), [&] {
        const std::optional<int> planted = driver::planted_status(name);
        return planted ? static_cast<cudnnStatus_t>(*planted) : public_status(body());
    });
}

}  // namespace simulator::cudnn
