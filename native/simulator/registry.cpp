#include "simulator/registry.h"

#include <algorithm>
#include <tuple>

namespace simulator
{

namespace
{

const Registration* first = nullptr;
const StructRegistration* first_struct = nullptr;

}  // namespace

Registration::Registration(const char* module, const char* name, const char* params, size_t param_bytes, int max_threads, void (*body)(const void*), Layout layout)
    : kernel{module, name, params, param_bytes, max_threads, body, layout.fields, layout.count}, next(first)
{
    first = this;
}

StructRegistration::StructRegistration(const char* module, const char* name, size_t bytes, Layout layout)
    : type{module, name, bytes, layout.fields, layout.count}, next(first_struct)
{
    first_struct = this;
}

const Kernel* find_kernel(std::string_view name)
{
    for (const Registration* entry = first; entry; entry = entry->next)
        if (entry->kernel.name == name)
            return &entry->kernel;
    return nullptr;
}

std::vector<const Kernel*> all_kernels()
{
    std::vector<const Kernel*> kernels;
    for (const Registration* entry = first; entry; entry = entry->next)
        kernels.push_back(&entry->kernel);
    const auto key = [](const Kernel* kernel) { return std::tuple<std::string_view, std::string_view>(kernel->module, kernel->name); };
    std::sort(kernels.begin(), kernels.end(), [key](const Kernel* a, const Kernel* b) { return key(a) < key(b); });
    return kernels;
}

std::vector<const Struct*> all_structs()
{
    std::vector<const Struct*> structs;
    for (const StructRegistration* entry = first_struct; entry; entry = entry->next)
        structs.push_back(&entry->type);
    std::sort(structs.begin(), structs.end(), [](const Struct* a, const Struct* b) { return std::string_view(a->name) < b->name; });
    return structs;
}

}  // namespace simulator
