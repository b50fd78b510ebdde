#include "simulator/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "simulator/device.h"

#if defined(SIMULATOR_SANITIZED)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

// simulator_switch_stack(void** from, void* to): pushes what a call preserves, leaves the stack pointer in *from, goes on at `to`.
#if defined(__x86_64__)
asm(R"(
    .text
    .globl simulator_switch_stack
    .hidden simulator_switch_stack
    .type simulator_switch_stack, @function
simulator_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size simulator_switch_stack, . - simulator_switch_stack
)");
#elif defined(__aarch64__)
asm(R"(
    .text
    .globl simulator_switch_stack
    .hidden simulator_switch_stack
    .type simulator_switch_stack, %function
simulator_switch_stack:
    sub sp, sp, #160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]
    mov x9, sp
    str x9, [x0]
    mov sp, x1
    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    ret
    .size simulator_switch_stack, . - simulator_switch_stack
)");
#endif

extern "C" void simulator_switch_stack(void** from, void* to);

namespace simulator
{

namespace
{

#if defined(SIMULATOR_SANITIZED)
constexpr size_t stack_size = 256 << 10;  // a sanitized frame is several times as large
#else
constexpr size_t stack_size = 64 << 10;
#endif

__thread Fiber* left;     // the fiber that the latest switch on this thread went away from
__thread Fiber* entered;  // and the one it went to

}  // namespace

Fiber::Fiber(void (*entry)()) : stack_bytes_(stack_size), entry_(entry)
{
    // The page below the stack stays closed: an overflow faults instead of reaching its neighbour.
    const size_t guard = sysconf(_SC_PAGESIZE);
    void* const pages = mmap(nullptr, guard + stack_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (pages == MAP_FAILED || mprotect(static_cast<char*>(pages) + guard, stack_size, PROT_READ | PROT_WRITE) != 0)
        abort();
    stack_ = static_cast<char*>(pages) + guard;
    restart();
}

Fiber::~Fiber()
{
    const size_t guard = sysconf(_SC_PAGESIZE);
    if (entry_)
        munmap(stack_ - guard, guard + stack_size);
}

void Fiber::restart()
{
#if defined(SIMULATOR_SANITIZED)
    __asan_unpoison_memory_region(stack_, stack_bytes_);
#endif
#if defined(__x86_64__)
    // Six registers, the address that `ret` takes, and the return address of `begin`, which has none.
    void** const top = reinterpret_cast<void**>(stack_ + stack_size) - 8;
    memset(top, 0, 8 * sizeof(void*));
    top[6] = reinterpret_cast<void*>(&Fiber::begin);
    stack_pointer_ = top;
#elif defined(__aarch64__)
    void** const top = reinterpret_cast<void**>(stack_ + stack_size) - 20;
    memset(top, 0, 20 * sizeof(void*));
    top[11] = reinterpret_cast<void*>(&Fiber::begin);  // x30, the link register
    stack_pointer_ = top;
#else
    getcontext(&context_);
    context_.uc_stack.ss_sp = stack_;
    context_.uc_stack.ss_size = stack_size;
    context_.uc_link = nullptr;
    makecontext(&context_, &Fiber::begin, 0);
#endif
}

void Fiber::switch_to(Fiber& next)
{
    left = this;
    entered = &next;
#if defined(SIMULATOR_SANITIZED)
    void* frames = nullptr;
    __sanitizer_start_switch_fiber(&frames, next.stack_, next.stack_bytes_);
#endif
#if defined(__x86_64__) || defined(__aarch64__)
    simulator_switch_stack(&stack_pointer_, next.stack_pointer_);
#else
    swapcontext(&context_, &next.context_);
#endif
#if defined(SIMULATOR_SANITIZED)
    __sanitizer_finish_switch_fiber(frames, const_cast<const void**>(reinterpret_cast<void**>(&left->stack_)), &left->stack_bytes_);
#endif
}

void Fiber::begin()
{
#if defined(SIMULATOR_SANITIZED)
    __sanitizer_finish_switch_fiber(nullptr, const_cast<const void**>(reinterpret_cast<void**>(&left->stack_)), &left->stack_bytes_);
#endif
    entered->entry_();
    abort();
}

}  // namespace simulator
