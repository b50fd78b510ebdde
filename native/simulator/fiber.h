// fiber.h: a stack of its own, and the switch from one to another. Switching saves the registers that a call preserves
// and nothing else, so it costs a few nanoseconds.
#pragma once

#include <cstddef>

#if !defined(__x86_64__) && !defined(__aarch64__)
#include <ucontext.h>
#endif

namespace simulator
{

class Fiber
{
public:
    /// Stands for the stack that the caller runs on.
    Fiber() = default;

    /// Will begin `entry`, which never returns, when it is first switched to.
    explicit Fiber(void (*entry)());
    ~Fiber();
    Fiber(const Fiber&) = delete;
    Fiber& operator=(const Fiber&) = delete;

    /// Leaves this fiber, which is the one that runs, for another; returns when something switches back.
    void switch_to(Fiber& next);

    /// Forgets what the fiber was doing: the next switch to it begins `entry` again.
    void restart();

    /// First byte of the stack and its length.
    const char* stack() const { return stack_; }
    size_t stack_bytes() const { return stack_bytes_; }

private:
    static void begin();

    char* stack_ = nullptr;
    size_t stack_bytes_ = 0;
    void (*entry_)() = nullptr;
#if defined(__x86_64__) || defined(__aarch64__)
    void* stack_pointer_ = nullptr;
#else
    ucontext_t context_;
#endif
};

}  // namespace simulator
