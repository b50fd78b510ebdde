// Modules: PTX text in, functions out. The kernels that run are those linked in; the text says which the module has.
#include <cstring>

#include "simulator/capture.h"
#include "simulator/ptx.h"
#include "simulator/state.h"

using namespace simulator::driver;

namespace
{

/// The buffers for messages that a host may hand in, and where to tell how much was written.
struct Log
{
    char* text = nullptr;
    void** bytes = nullptr;

    void write(const std::string& message) const
    {
        const size_t room = bytes ? static_cast<unsigned>(reinterpret_cast<uintptr_t>(*bytes)) : 0;
        if (!text || room == 0)
            return;
        const size_t length = std::min(message.size(), room - 1);
        memcpy(text, message.data(), length);
        text[length] = '\0';
        *bytes = reinterpret_cast<void*>(message.empty() ? 0 : length + 1);
    }
};

struct JitOptions
{
    Log information, errors;
    float* milliseconds = nullptr;
};

/// False where an option is unknown.
bool read_options(unsigned count, const CUjit_option* options, void** values, JitOptions& read)
{
    if (count != 0 && (!options || !values))
        return false;
    for (unsigned i = 0; i < count; i++)
    {
        if (options[i] == CU_JIT_INFO_LOG_BUFFER)
            read.information.text = static_cast<char*>(values[i]);
        else if (options[i] == CU_JIT_INFO_LOG_BUFFER_SIZE_BYTES)
            read.information.bytes = &values[i];
        else if (options[i] == CU_JIT_ERROR_LOG_BUFFER)
            read.errors.text = static_cast<char*>(values[i]);
        else if (options[i] == CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES)
            read.errors.bytes = &values[i];
        else if (options[i] < 0 || options[i] >= CU_JIT_OPTION_COUNT)
            return false;
    }
    return true;
}

/// Machine code begins with the mark of an ELF file or of a fat binary.
bool is_binary(const char* image) { return memcmp(image, "\x7f" "ELF", 4) == 0 || memcmp(image, "\x50\xed\x55\xba", 4) == 0; }

/// The kernel an entry stands for; the text may have been built from other sources than this library.
const simulator::Kernel& kernel_of(const simulator::PtxEntry& entry)
{
    const simulator::Kernel* const kernel = simulator::find_kernel(entry.name);
    if (!kernel)
        throw simulator::PtxError{CUDA_ERROR_INVALID_PTX, "the simulator has no kernel '" + entry.name + "'"};
    if (kernel->param_bytes != entry.param_bytes)
        throw simulator::PtxError{CUDA_ERROR_INVALID_PTX, "'" + entry.name + "' takes " + std::to_string(entry.param_bytes) + " bytes of parameters here, and " +
                                                              std::to_string(kernel->param_bytes) + " in the simulator: they were built from different sources"};
    return *kernel;
}

int capability()
{
    return 10 * *attribute_of(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR) + *attribute_of(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
}

void load(Context& context, CUmodule* handle, const char* image)
{
    const simulator::PtxModule text = simulator::read_ptx(image);
    simulator::check_ptx(text, state().settings.driver_version, capability());
    for (const simulator::PtxEntry& entry : text.entries)
        kernel_of(entry);
    Module& module = state().modules.add(*handle);
    module.context = &context;
    for (const simulator::PtxEntry& entry : text.entries)
    {
        Function& function = state().functions.add(module.entries[entry.name]);
        function.context = &context;
        function.kernel = &kernel_of(entry);
        function.max_dynamic_shared = *attribute_of(CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK);
    }
}

}  // namespace

CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned option_count, CUjit_option* options, void** option_values)
{
    return in_context([&](Context& context) {
        JitOptions jit;
        if (!module || !image || !read_options(option_count, options, option_values, jit))
            return CUDA_ERROR_INVALID_VALUE;
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        try
        {
            if (is_binary(static_cast<const char*>(image)))
                throw simulator::PtxError{CUDA_ERROR_NO_BINARY_FOR_GPU, "the simulator takes PTX, not machine code"};
            load(context, module, static_cast<const char*>(image));
            jit.information.write("");
            jit.errors.write("");
            return CUDA_SUCCESS;
        }
        catch (const simulator::PtxError& error)
        {
            jit.errors.write(error.message);
            return error.code;
        }
    });
}

CUresult cuModuleUnload(CUmodule handle)
{
    return in_context([&](Context&) {
        Module* const module = state().modules.find(handle);
        if (!module)
            return CUDA_ERROR_INVALID_HANDLE;
        if (const CUresult forbidden = forbid_while_capturing(); forbidden != CUDA_SUCCESS)
            return forbidden;
        for (const auto& [name, function] : module->entries)
            state().functions.remove(function);
        state().modules.remove(handle);
        return CUDA_SUCCESS;
    });
}

CUresult cuModuleGetFunction(CUfunction* function, CUmodule handle, const char* name)
{
    return in_context([&](Context&) {
        const Module* const module = state().modules.find(handle);
        if (!module)
            return CUDA_ERROR_INVALID_HANDLE;
        if (!function || !name || !*name)
            return CUDA_ERROR_INVALID_VALUE;
        const auto found = module->entries.find(name);
        if (found == module->entries.end())
            return CUDA_ERROR_NOT_FOUND;
        *function = found->second;
        return CUDA_SUCCESS;
    });
}
