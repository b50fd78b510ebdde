#include "simulator/state.h"

#include "simulator/capture.h"
#include "simulator/memory.h"
#include "simulator/order.h"

namespace simulator::driver
{

State& state()
{
    static State& instance = *new State;
    return instance;
}

std::vector<CUcontext>& current_contexts()
{
    static thread_local std::vector<CUcontext> stack;
    return stack;
}

CUresult find_current(Context*& context)
{
    const std::vector<CUcontext>& stack = current_contexts();
    if (stack.empty() || !stack.back())
        return CUDA_ERROR_INVALID_CONTEXT;
    context = state().contexts.find(stack.back());
    return context ? CUDA_SUCCESS : CUDA_ERROR_CONTEXT_IS_DESTROYED;
}

void destroy(CUcontext handle)
{
    State& all = state();
    Context& context = *all.contexts.find(handle);
    finish_all(context);
    for (const std::shared_ptr<Capture>& capture : std::vector(all.captures))
        if (capture->context == &context)
            end(*capture);
    all.streams.remove_of(context);
    all.events.remove_of(context);
    all.modules.remove_of(context);
    all.functions.remove_of(context);
    free_all(context.number);
    all.primary[context.device] = nullptr;
    all.contexts.remove(handle);
}

}  // namespace simulator::driver
