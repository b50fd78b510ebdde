#include "simulator/trap.h"

#include <csignal>

#include "simulator/block.h"
#include "simulator/memory.h"

namespace simulator
{

#if defined(SIMULATOR_SANITIZED)

Trap::Trap() = default;
Trap::~Trap() = default;

#else

namespace
{

struct sigaction before_segments, before_buses;  // one grid runs at a time

void pass_on(int signal, siginfo_t* information, void* machine)
{
    const struct sigaction& before = signal == SIGSEGV ? before_segments : before_buses;
    if (before.sa_flags & SA_SIGINFO)
        before.sa_sigaction(signal, information, machine);
    else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN)
        before.sa_handler(signal);
    else
        sigaction(signal, &before, nullptr);  // the access is tried again, and ends the process
}

/// A kernel holds no lock and is in no allocation when it faults: the fault is told as any other, and the fiber left
/// where it stands.
void handle(int signal, siginfo_t* information, void* machine)
{
    if (Block* const block = Block::current)
        block->fail(illegal_address, "touches " + describe(information->si_addr, 1));
    pass_on(signal, information, machine);
}

}  // namespace

Trap::Trap()
{
    struct sigaction ours = {};
    ours.sa_sigaction = handle;
    ours.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;  // the handler is left without returning: nothing may stay blocked
    sigaction(SIGSEGV, &ours, &before_segments);
    sigaction(SIGBUS, &ours, &before_buses);
}

Trap::~Trap()
{
    sigaction(SIGSEGV, &before_segments, nullptr);
    sigaction(SIGBUS, &before_buses, nullptr);
}

#endif

}  // namespace simulator
