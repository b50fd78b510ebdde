// block_fault.cpp: what a block says of its faults.
#include <cstring>
#include <sstream>

#include "simulator/block.h"

namespace simulator
{

namespace
{

const char* name(Call call)
{
    static const char* const names[] = {
        "",
        "__syncthreads", "__syncthreads_or", "__syncthreads_and", "__syncthreads_count",
        "__syncwarp", "__shfl_sync", "__shfl_xor_sync", "__shfl_up_sync", "__shfl_down_sync",
        "__ballot_sync", "__any_sync", "__all_sync",
    };
    return names[static_cast<int>(call)];
}

std::string text(unsigned mask)
{
    std::ostringstream out;
    out << "0x" << std::hex << mask;
    return out.str();
}

std::string text(const Where& where)
{
    const char* const slash = strrchr(where.file, '/');
    return std::string(slash ? slash + 1 : where.file) + ":" + std::to_string(where.line);
}

}  // namespace

void Block::fail(int code, const std::string& what) { fail_at(code, "thread " + std::to_string(thread_), what); }

void Block::fail_at(int code, const std::string& place, const std::string& what)
{
    fault_ = Fault{code, std::string(grid_->kernel.name) + ", block " + std::to_string(index_) + ", " + place + ": " + what};
    go_on_with(outside_);
    __builtin_unreachable();
}

/// Nobody can go on: who waits where, equal neighbours together.
std::string Block::stuck() const
{
    std::ostringstream out;
    out << (arrived_ > 0 ? "some threads never reach the barrier that others wait in" : "threads wait for lanes that never come");
    for (int begin = 0, end; begin < threads(); begin = end)
    {
        const std::string what = describe(threads_[begin]);
        const bool ended = threads_[begin].state == State::ended;
        for (end = begin + 1; end < threads() && (threads_[end].state == State::ended) == ended && describe(threads_[end]) == what;)
            end++;
        out << (begin == 0 ? ": thread" : "; thread") << (end - begin > 1 ? "s " : " ") << begin;
        if (end - begin > 1)
            out << "-" << end - 1;
        out << (ended ? end - begin > 1 ? " have ended" : " has ended" : end - begin > 1 ? " wait in " + what : " waits in " + what);
    }
    return out.str();
}

std::string Block::describe(const Thread& thread) const
{
    if (thread.state == State::ended)
        return "";
    const bool in_warp = thread.call >= Call::syncwarp;
    return std::string(name(thread.call)) + (in_warp ? "(" + text(thread.mask) + ")" : "") + " at " + text(thread.where);
}

}  // namespace simulator
