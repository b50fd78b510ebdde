#include "simulator/registry.h"

#include <algorithm>
#include <tuple>

namespace simulator
{

namespace
{

const Registration* first = nullptr;

}  // namespace

Registration::Registration(const char* module, const char* name, const char* params, size_t param_bytes, int max_threads, void (*body)(const void*), Layout layout)
    : kernel{module, name, params, param_bytes, max_threads, body, layout.fields, layout.count}, next(first)
{
    first = this;
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

}  // namespace simulator
