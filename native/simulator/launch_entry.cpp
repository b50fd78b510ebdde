// Launches: everything the driver can refuse is refused at the call; what the grid does wrong shows when it runs.
#include <cstring>
#include <sstream>

#include "simulator/order.h"

using namespace simulator::driver;
using simulator::Fault;
using simulator::Kernel;
using simulator::Size3;

namespace
{

struct Shape
{
    Size3 grid, block;
    unsigned dynamic_shared_bytes;
};

bool within(Size3 size, CUdevice_attribute first_axis)
{
    const auto limit = [&](int axis) { return static_cast<unsigned>(*attribute_of(static_cast<CUdevice_attribute>(first_axis + axis))); };
    return size.x != 0 && size.y != 0 && size.z != 0 && size.x <= limit(0) && size.y <= limit(1) && size.z <= limit(2);
}

bool is_launchable(const Function& function, const Shape& shape)
{
    const unsigned long long threads = 1ull * shape.block.x * shape.block.y * shape.block.z;
    return within(shape.grid, CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X) && within(shape.block, CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X) &&
           threads <= static_cast<unsigned long long>(*attribute_of(CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK)) &&
           threads <= static_cast<unsigned long long>(function.kernel->max_threads) && shape.dynamic_shared_bytes <= static_cast<unsigned>(function.max_dynamic_shared);
}

/// The buffer that `extra` describes, if it does and its size is the kernel's.
const void* packed_arguments(const Kernel& kernel, void** extra)
{
    const void* buffer = nullptr;
    const size_t* bytes = nullptr;
    for (; reinterpret_cast<size_t>(*extra) != CU_LAUNCH_PARAM_END; extra += 2)
    {
        if (reinterpret_cast<size_t>(*extra) == CU_LAUNCH_PARAM_BUFFER_POINTER)
            buffer = extra[1];
        else if (reinterpret_cast<size_t>(*extra) == CU_LAUNCH_PARAM_BUFFER_SIZE)
            bytes = static_cast<const size_t*>(extra[1]);
        else
            return nullptr;
    }
    return bytes && *bytes == kernel.param_bytes ? buffer : nullptr;
}

const void* find_arguments(const Kernel& kernel, void** parameters, void** extra)
{
    if ((parameters != nullptr) == (extra != nullptr))
        return nullptr;
    return parameters ? parameters[0] : packed_arguments(kernel, extra);
}

std::string describe(const Shape& shape)
{
    std::ostringstream text;
    text << " [grid " << shape.grid.x << " x " << shape.grid.y << " x " << shape.grid.z << ", block " << shape.block.x << " x " << shape.block.y << " x " << shape.block.z
         << ", " << shape.dynamic_shared_bytes << " bytes of dynamic shared memory]";
    return text.str();
}

std::optional<Fault> run_grid(const Kernel& kernel, const void* arguments, const Shape& shape, unsigned long long first_block, unsigned long long block_count)
{
    state().counters.grids++;
    std::optional<Fault> fault;
    if (std::optional<int>& planted = state().settings.next_fault)
    {
        fault = Fault{*planted, std::string(kernel.name) + ": a test asked for this fault"};
        planted.reset();
    }
    else
        fault = simulator::run(kernel, arguments, shape.grid, shape.block, shape.dynamic_shared_bytes, first_block, block_count);
    if (fault)
        fault->message += describe(shape);
    return fault;
}

/// The arguments are those of the call, however often the work is replayed.
Work launch(const Kernel& kernel, const void* arguments, const Shape& shape)
{
    const char* const first = static_cast<const char*>(arguments);
    return [&kernel, shape, copy = std::vector<char>(first, first + kernel.param_bytes), window = std::pair(state().settings.first_block, state().settings.block_count)] {
        return run_grid(kernel, copy.data(), shape, window.first, window.second);
    };
}

}  // namespace

CUresult cuLaunchKernel(CUfunction handle, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, unsigned block_y, unsigned block_z,
                        unsigned dynamic_shared_bytes, CUstream stream_handle, void** parameters, void** extra)
{
    return in_context([&](Context& context) {
        const Function* const function = state().functions.find(handle);
        Stream* const stream = find_stream(context, stream_handle);
        if (!function || !stream || function->context != &context || stream->context != &context)
            return CUDA_ERROR_INVALID_HANDLE;
        const Shape shape = {{grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, dynamic_shared_bytes};
        const void* const arguments = find_arguments(*function->kernel, parameters, extra);
        if (!arguments || !is_launchable(*function, shape))
            return CUDA_ERROR_INVALID_VALUE;
        state().counters.launches++;
        return enqueue(*stream, launch(*function->kernel, arguments, shape));
    });
}
