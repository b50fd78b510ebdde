// block.h: one block of a grid, its threads as fibers of the calling OS thread.
//
// A thread runs until it waits or ends. A fiber whose thread ended takes the next thread that has not begun, so a kernel
// that never waits runs on one fiber without a switch. Nothing runs at the same time within a block: what it does is the
// same every time, and a fault can be described at leisure.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "simulator/device.h"
#include "simulator/fiber.h"

namespace simulator
{

/// What all blocks of a launch have in common.
struct Grid
{
    const Kernel& kernel;
    const void* args;
    unsigned blocks, threads;
    size_t dynamic_shared_bytes;
};

class Block
{
public:
    /// The block whose thread is running on this OS thread, or null.
    static __thread Block* current;

    /// Makes ready for blocks of this grid.
    void open(const Grid& grid);

    /// Runs one block to its end.
    std::optional<Fault> run(unsigned index);

    // What the running thread calls. All but the failures return when the others have come.
    int barrier(Call call, int value, Where where);
    unsigned long long exchange(Call call, unsigned mask, unsigned long long value, int source, int bytes, Where where);
    [[noreturn]] void fail(int code, const std::string& what);

    const Grid& grid() const { return *grid_; }
    unsigned char* dynamic_shared() { return dynamic_shared_.get(); }
    int threads() const { return static_cast<int>(threads_.size()); }
    int thread() const { return thread_; }
    const Fiber& fiber() const { return *fiber_; }

private:
    enum class State : unsigned char
    {
        running,
        waiting,
        ended
    };

    struct Thread
    {
        State state = State::ended;
        Call call = Call::none;
        unsigned char bytes = 0;
        unsigned mask = 0;
        int source = 0;
        unsigned long long value = 0;  // what it brings, then what it takes away
        Where where = {};
        Fiber* fiber = nullptr;
    };

    struct Warp
    {
        unsigned waiting = 0;  // lanes that wait for others of this warp
        unsigned ended = 0;    // lanes that ended or never were
    };

    void run_threads();
    void enter(int thread);
    void end_thread();
    void wait();
    void release(int thread);
    void go_on_with(Fiber& fiber);
    Fiber& next();
    Fiber& spare_fiber();
    void abandon();

    bool complete(int warp, int lane);
    void deliver(int warp, unsigned group);
    void check_sources(int warp, unsigned group);

    [[noreturn]] void fail_at(int code, const std::string& place, const std::string& what);
    std::string stuck() const;
    std::string describe(const Thread& thread) const;

    const Grid* grid_ = nullptr;
    unsigned index_ = 0;
    std::unique_ptr<unsigned char[]> dynamic_shared_;
    std::optional<Fault> fault_;

    std::vector<Thread> threads_;
    std::vector<Warp> warps_;
    int thread_ = 0;  // the one that runs
    int begun_ = 0;   // threads that have begun
    int ended_ = 0;   // threads that have ended

    int arrived_ = 0;  // threads at the barrier
    int yes_ = 0;      // those among them whose value is not zero
    int answer_ = 0;   // the same of the barrier that opened last
    int first_ = 0;    // the thread that came first

    Fiber outside_;            // the caller of `run`
    Fiber* fiber_ = nullptr;   // the one that runs
    std::deque<int> ready_;    // threads that may go on, first come first served
    std::vector<Fiber*> spare_;
    std::vector<std::unique_ptr<Fiber>> fibers_;
};

}  // namespace simulator
