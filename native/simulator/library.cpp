#include "simulator/library.h"

#include "simulator/memory.h"

namespace simulator::driver
{

namespace
{

std::optional<Fault> check_memory(const std::string& call, const Operand& operand)
{
    const auto fault = [&](int code, const char* verb, size_t bytes, const char* address, const char* what) {
        return Fault{code, call + ": " + operand.name + ": " + verb + " " + describe(address, bytes) + what};
    };
    const char* const verb = operand.writes ? "writes" : "reads";
    if (!contains(operand.address, operand.bytes()))
        return fault(illegal_address, verb, operand.bytes(), operand.address, "");
    for (size_t run = 0; operand.reads && run < operand.runs; run++)
        if (const char* const first = operand.address + run * operand.pitch; !is_initialised(first, operand.run_bytes))
            return fault(launch_failure, "reads", operand.run_bytes, first, ", which nobody has written");
    return std::nullopt;
}

bool overlap(const Operand& one, const Operand& other)
{
    const bool same = one.address == other.address && one.runs == other.runs && one.run_bytes == other.run_bytes && one.pitch == other.pitch;
    return !same && one.address < other.address + other.bytes() && other.address < one.address + one.bytes();
}

std::optional<Fault> check_memory(const std::string& call, const std::vector<Operand>& operands)
{
    for (const Operand& operand : operands)
        if (const std::optional<Fault> fault = check_memory(call, operand))
            return fault;
    for (const Operand& target : operands)
        for (const Operand& other : operands)
            if (target.writes && &target != &other && overlap(target, other))
                return Fault{launch_failure, call + ": " + target.name + " is written and overlaps " + other.name};
    return std::nullopt;
}

std::optional<Fault> run(const std::string& call, const std::vector<Operand>& operands, const std::function<void()>& body)
{
    state().counters.library_grids++;
    if (std::optional<int>& planted = state().settings.next_fault)
    {
        const Fault fault = {*planted, call + ": a test asked for this fault"};
        planted.reset();
        return fault;
    }
    if (std::optional<Fault> fault = check_memory(call, operands))
        return fault;
    body();
    for (const Operand& operand : operands)
        for (size_t i = 0; operand.writes && i < operand.runs; i++)
            mark_initialised(operand.address + i * operand.pitch, operand.run_bytes);
    return std::nullopt;
}

}  // namespace

Context* usable_context()
{
    Context* context = nullptr;
    return state().initialised && find_current(context) == CUDA_SUCCESS && !context->fault ? context : nullptr;
}

std::optional<int> planted_status(const char* call)
{
    std::optional<PlantedStatus>& planted = state().settings.next_status;
    if (!planted || (!planted->call.empty() && planted->call != call))
        return std::nullopt;
    const int status = planted->status;
    planted.reset();
    return status;
}

bool enqueue_library_work(Stream& stream, std::string call, std::vector<Operand> operands, std::function<void()> body)
{
    state().counters.library_calls++;
    return enqueue(stream, [call = std::move(call), operands = std::move(operands), body = std::move(body)] { return run(call, operands, body); }) == CUDA_SUCCESS;
}

}  // namespace simulator::driver
