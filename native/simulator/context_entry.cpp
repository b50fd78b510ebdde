// Primary contexts and which of them is current.
#include "simulator/capture.h"
#include "simulator/order.h"

using namespace simulator::driver;

namespace
{

bool is_device(CUdevice device) { return device >= 0 && device < state().settings.device_count; }

bool is_context(CUcontext context) { return !context || state().contexts.find(context); }

}  // namespace

CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device)
{
    return initialised([&] {
        if (!context)
            return CUDA_ERROR_INVALID_VALUE;
        if (!is_device(device))
            return CUDA_ERROR_INVALID_DEVICE;
        State& all = state();
        CUcontext& primary = all.primary[device];
        constexpr int prohibited = 2;  // CU_COMPUTEMODE_PROHIBITED; a device that another process has for itself answers alike
        if (attribute_of(CU_DEVICE_ATTRIBUTE_COMPUTE_MODE) == prohibited)
            return CUDA_ERROR_DEVICE_UNAVAILABLE;
        if (!primary)
        {
            Context& made = all.contexts.add(primary);
            made.device = device;
            made.number = ++all.contexts_made;
            made.legacy.context = &made;
        }
        all.contexts.find(primary)->references++;
        *context = primary;
        return CUDA_SUCCESS;
    });
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
    return initialised([&] {
        if (!is_device(device))
            return CUDA_ERROR_INVALID_DEVICE;
        Context* const context = state().contexts.find(state().primary[device]);
        if (!context)
            return CUDA_ERROR_INVALID_CONTEXT;
        if (--context->references == 0)
            destroy(state().primary[device]);
        return CUDA_SUCCESS;
    });
}

CUresult cuCtxSetCurrent(CUcontext context)
{
    return initialised([&] {
        if (!is_context(context))
            return CUDA_ERROR_INVALID_CONTEXT;
        std::vector<CUcontext>& stack = current_contexts();
        if (!stack.empty())
            stack.pop_back();
        if (context)
            stack.push_back(context);
        return CUDA_SUCCESS;
    });
}

CUresult cuCtxGetCurrent(CUcontext* context)
{
    return initialised([&] {
        if (!context)
            return CUDA_ERROR_INVALID_VALUE;
        *context = current_contexts().empty() ? nullptr : current_contexts().back();
        return CUDA_SUCCESS;
    });
}

CUresult cuCtxPushCurrent_v2(CUcontext context)
{
    return initialised([&] {
        if (!context || !is_context(context))
            return CUDA_ERROR_INVALID_CONTEXT;
        current_contexts().push_back(context);
        return CUDA_SUCCESS;
    });
}

CUresult cuCtxPopCurrent_v2(CUcontext* context)
{
    return initialised([&] {
        std::vector<CUcontext>& stack = current_contexts();
        if (stack.empty())
            return CUDA_ERROR_INVALID_CONTEXT;
        if (context)
            *context = stack.back();
        stack.pop_back();
        return CUDA_SUCCESS;
    });
}

CUresult cuCtxSynchronize()
{
    return in_context([&](Context& context) {
        state().counters.waits++;
        const CUresult forbidden = forbid_while_capturing(context);
        return forbidden != CUDA_SUCCESS ? forbidden : finish_all(context);
    });
}
