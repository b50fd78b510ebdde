#include "simulator/block.h"

#include <cstring>

#include "simulator/watch.h"

namespace simulator
{

SIMULATOR_THREAD_LOCAL Coordinates here;
__thread Block* Block::current;
const Watch* watch = nullptr;

namespace
{

constexpr unsigned char garbage = 0xff;  // what dynamic shared memory holds at first: no number in f32 and bf16

bool same(const Where& a, const Where& b) { return a.line == b.line && (a.file == b.file || strcmp(a.file, b.file) == 0); }

}  // namespace

void Block::open(const Grid& grid)
{
    grid_ = &grid;
    threads_.assign(grid.threads, Thread());
    warps_.assign((grid.threads + lanes - 1) / lanes, Warp());
    // To the byte, so that the address sanitizer sees what runs over it.
    dynamic_shared_.reset(grid.dynamic_shared_bytes ? new unsigned char[grid.dynamic_shared_bytes] : nullptr);
    if (dynamic_shared_)
        memset(dynamic_shared_.get(), garbage, grid.dynamic_shared_bytes);
}

std::optional<Fault> Block::run(unsigned index)
{
    index_ = index;
    here = {{0, 0, 0}, {index, 0, 0}, {grid_->threads, 1, 1}, {grid_->blocks, 1, 1}};
    begun_ = ended_ = arrived_ = yes_ = 0;
    fault_.reset();
    for (Warp& warp : warps_)
        warp = {};
    if (const unsigned rest = grid_->threads % lanes)
        warps_.back().ended = ~0u << rest;
    current = this;
    if (watch)
        watch->block_begins();
    fiber_ = &outside_;
    go_on_with(spare_fiber());
    current = nullptr;

    if (!fault_ && ended_ < threads())
        fault_ = Fault{launch_failure, std::string(grid_->kernel.name) + ", block " + std::to_string(index_) + ": " + stuck()};
    if (fault_)
        abandon();
    return fault_;
}

/// What each fiber does: threads, one after another, as long as there are any.
void Block::run_threads()
{
    for (;;)
    {
        while (begun_ < threads() && ready_.empty())
        {
            enter(begun_++);
            grid_->kernel.body(grid_->args);
            end_thread();
        }
        spare_.push_back(fiber_);
        go_on_with(ready_.empty() ? outside_ : next());
    }
}

void Block::enter(int thread)
{
    thread_ = thread;
    threads_[thread].state = State::running;
    here.thread.x = thread;
}

void Block::end_thread()
{
    threads_[thread_].state = State::ended;
    ended_++;
    // Those that waited for this lane go on without it.
    const int number = thread_ / lanes;
    Warp& warp = warps_[number];
    warp.ended |= 1u << (thread_ % lanes);
    for (unsigned rest = warp.waiting; rest; rest &= rest - 1)
        if (const int lane = __builtin_ctz(rest); warp.waiting >> lane & 1)
            complete(number, lane);
}

void Block::wait()
{
    const int thread = thread_;
    threads_[thread].fiber = fiber_;
    go_on_with(next());
    enter(thread);
}

void Block::release(int thread)
{
    if (threads_[thread].state != State::waiting)
        return;
    threads_[thread].state = State::running;
    if (thread != thread_)
        ready_.push_back(thread);
}

void Block::go_on_with(Fiber& fiber)
{
    Fiber& from = *fiber_;
    fiber_ = &fiber;
    from.switch_to(fiber);
}

/// Threads that may go on come before those that have not begun: fewer stacks are in use at a time.
Fiber& Block::next()
{
    if (ready_.empty())
        return begun_ < threads() ? spare_fiber() : outside_;
    const int thread = ready_.front();
    ready_.pop_front();
    return *threads_[thread].fiber;
}

Fiber& Block::spare_fiber()
{
    if (spare_.empty())
        return *fibers_.emplace_back(std::make_unique<Fiber>([] { current->run_threads(); }));
    Fiber& fiber = *spare_.back();
    spare_.pop_back();
    return fiber;
}

/// After a fault, threads are left where they stand.
void Block::abandon()
{
    ready_.clear();
    spare_.clear();
    for (const auto& fiber : fibers_)
    {
        fiber->restart();
        spare_.push_back(fiber.get());
    }
}

int Block::barrier(Call call, int value, Where where)
{
    Thread& self = threads_[thread_];
    self.call = call;
    self.where = where;
    if (arrived_ == 0)
        first_ = thread_;
    else if (const Thread& first = threads_[first_]; first.call != call || !same(first.where, where))
        fail(launch_failure, "comes to " + describe(self) + ", while thread " + std::to_string(first_) + " waits in " + describe(first));
    yes_ += value != 0;
    self.state = State::waiting;
    if (++arrived_ < threads())
        wait();
    else
    {
        answer_ = yes_;
        arrived_ = yes_ = 0;
        if (watch)
            watch->block_meets();
        for (int i = 0; i < threads(); i++)
            release(i);
    }
    return answer_;
}

unsigned long long Block::exchange(Call call, unsigned mask, unsigned long long value, int source, int bytes, Where where)
{
    Thread& self = threads_[thread_];
    const int warp = thread_ / lanes, lane = thread_ % lanes;
    self.call = call;
    self.mask = mask;
    self.value = value;
    self.source = source;
    self.bytes = static_cast<unsigned char>(bytes);
    self.where = where;
    if (!(mask >> lane & 1))
        fail(launch_failure, "comes to " + describe(self) + ", whose mask leaves its own lane " + std::to_string(lane) + " out");
    self.state = State::waiting;
    warps_[warp].waiting |= 1u << lane;
    if (!complete(warp, lane))
        wait();
    return self.value;
}

/// Lets those go on that wait together with a lane, if all that its mask names have come or ended.
bool Block::complete(int number, int lane)
{
    const Warp& warp = warps_[number];
    const Thread* const threads = &threads_[number * lanes];
    const Thread& leader = threads[lane];
    const unsigned group = leader.mask & ~warp.ended;
    if ((warp.waiting & group) != group)
        return false;
    for (unsigned rest = group; rest; rest &= rest - 1)
        if (const Thread& other = threads[__builtin_ctz(rest)]; other.call != leader.call || other.mask != leader.mask || other.bytes != leader.bytes)
            return false;
    deliver(number, group);
    return true;
}

void Block::deliver(int number, unsigned group)
{
    Thread* const threads = &threads_[number * lanes];
    const Call call = threads[__builtin_ctz(group)].call;
    unsigned long long values[lanes];
    unsigned yes = 0;
    for (unsigned rest = group; rest; rest &= rest - 1)
    {
        const int lane = __builtin_ctz(rest);
        values[lane] = threads[lane].value;
        yes |= (values[lane] != 0 ? 1u : 0u) << lane;
    }
    if (call >= Call::shfl && call <= Call::shfl_down)
        check_sources(number, group);
    else if (call == Call::syncwarp && group == ~warps_[number].ended && watch)
        watch->warp_meets(number);
    warps_[number].waiting &= ~group;
    for (unsigned rest = group; rest; rest &= rest - 1)
    {
        Thread& thread = threads[__builtin_ctz(rest)];
        thread.value = call >= Call::ballot ? yes : values[thread.source];
        release(number * lanes + __builtin_ctz(rest));
    }
}

void Block::check_sources(int number, unsigned group)
{
    for (unsigned rest = group; rest; rest &= rest - 1)
    {
        const int lane = __builtin_ctz(rest);
        const Thread& thread = threads_[number * lanes + lane];
        if (group >> thread.source & 1)
            continue;
        fail_at(launch_failure, "thread " + std::to_string(number * lanes + lane),
                "reads lane " + std::to_string(thread.source) + " in " + describe(thread) + ": " +
                    (thread.mask >> thread.source & 1 ? "that thread has ended" : "the mask leaves that lane out"));
    }
}

// What device.h declares, for the running thread

void* dynamic_shared() { return Block::current->dynamic_shared(); }

int barrier(Call call, int value, Where where) { return Block::current->barrier(call, value, where); }

unsigned long long exchange(Call call, unsigned mask, unsigned long long value, int source, int bytes, Where where)
{
    return Block::current->exchange(call, mask, value, source, bytes, where);
}

unsigned vote(Call call, unsigned mask, bool yes, Where where)
{
    return static_cast<unsigned>(exchange(call, mask, yes, lane(), 0, where));
}

}  // namespace simulator
