// watch.cpp: the watched flavour's view of a running block. Every access of a kernel comes here before it happens.
#include "simulator/watch.h"

#include <execinfo.h>

#include <sstream>

#include "simulator/block.h"
#include "simulator/image.h"
#include "simulator/memory.h"
#include "simulator/watch_access.h"

namespace simulator
{

namespace
{

bool inside(const void* address, const void* begin, size_t bytes)
{
    return reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(begin) < bytes;
}

const char* verb(Access access) { return access == Access::read ? "reads" : access == Access::write ? "writes" : "changes atomically"; }

/// One for each OS thread that runs blocks.
class Watcher
{
public:
    /// The calling OS thread's.
    static Watcher& own()
    {
        static thread_local Watcher watcher;
        return watcher;
    }

    void block_begins()
    {
        block_ = Block::current;
        first_epoch_ = ++epoch_;
        for (uint32_t& meetings : meetings_)
            meetings = 0;
        dynamic_.cover(block_->grid().dynamic_shared_bytes);
    }

    void block_meets()
    {
        epoch_++;
        for (uint32_t& meetings : meetings_)
            meetings = 0;
    }

    void warp_meets(int warp) { meetings_[warp]++; }

    void check(const void* address, size_t bytes, Access access, bool reads, size_t alignment, const void* site)
    {
        const bool is_given = inside(address, &here, sizeof(here)) || inside(address, block_->grid().args, block_->grid().kernel.param_bytes);
        if ((is_given && access == Access::read) || inside(address, block_->fiber().stack(), block_->fiber().stack_bytes()))
            return;
        access_ = {address, bytes, access, reads, static_cast<uint32_t>(static_cast<const char*>(site) - image_.base)};
        if (reinterpret_cast<uintptr_t>(address) % alignment != 0)
            fail(misaligned_address, "which is no multiple of " + std::to_string(alignment));
        if (inside(address, image_.thread_local_begin, image_.thread_local_bytes))
            check_shared(static_, static_cast<const char*>(address) - image_.thread_local_begin, "static shared memory");
        else if (inside(address, block_->dynamic_shared(), block_->grid().dynamic_shared_bytes))
            check_dynamic();
        else if (contains(address, bytes))
            check_global();
        else if (access != Access::read || !inside(address, image_.begin, image_.end - image_.begin))
            fail(illegal_address, "", describe(address, bytes));
    }

private:
    struct Current
    {
        const void* address;
        size_t bytes;
        Access access;
        bool reads;
        uint32_t site;
    };

    Watcher() { static_.cover(image_.thread_local_bytes); }

    void check_global()
    {
        if (access_.reads && !is_initialised(access_.address, access_.bytes))
            fail(launch_failure, "which nobody has written", describe(access_.address, access_.bytes));
        if (access_.access != Access::read)
            mark_initialised(access_.address, access_.bytes);
    }

    void check_dynamic()
    {
        const size_t offset = static_cast<const unsigned char*>(access_.address) - block_->dynamic_shared();
        if (offset + access_.bytes > block_->grid().dynamic_shared_bytes)
            fail(illegal_address, "past the end of dynamic shared memory");
        check_shared(dynamic_, offset, "dynamic shared memory");
    }

    void check_shared(Shadow& shadow, size_t offset, const char* where)
    {
        const int thread = block_->thread();
        const Touch touch(epoch_, thread, meetings_[thread / lanes], access_.site);
        const Access access = access_.access;
        const Touch* other = nullptr;
        bool missing = false;
        shadow.each(offset, access_.bytes, first_epoch_, [&](Cell& cell) {
            other = cell.race(access, touch);
            missing = access_.reads && cell.initialised < first_epoch_;
            if (other || missing)
                return false;
            cell.remember(access, touch);
            return true;
        });
        const std::string place = std::to_string(access_.bytes) + " bytes at offset " + std::to_string(offset) + " of " + where;
        if (other)
            fail(launch_failure, "and races with thread " + std::to_string(other->thread) + ", which was there at " + source_lines(image_, &other->site, 1) + " since the last barrier", place);
        if (missing)
            fail(launch_failure, "which no thread of the block has written", place);
    }

    [[noreturn]] void fail(int code, const std::string& why, std::string place = "")
    {
        if (place.empty())
        {
            std::ostringstream text;
            text << access_.bytes << " bytes at " << access_.address;
            place = text.str();
        }
        block_->fail(code, std::string(verb(access_.access)) + " " + place + (why.empty() ? "" : ", " + why) + " (" + stack_lines() + ")");
    }

    std::string stack_lines() const
    {
        void* frames[24];
        uint32_t offsets[24];
        const int depth = backtrace(frames, 24);
        int count = 0;
        for (int i = 0; i < depth; i++)
            if (inside(frames[i], image_.begin, image_.end - image_.begin))
                offsets[count++] = static_cast<uint32_t>(static_cast<const char*>(frames[i]) - image_.base);
        return source_lines(image_, offsets, count);
    }

    const Image image_ = Image::own();
    Block* block_ = nullptr;
    Current access_ = {};
    uint32_t epoch_ = 0;
    uint32_t first_epoch_ = 0;  // the block's
    uint32_t meetings_[32] = {};
    Shadow static_, dynamic_;
};

const Watch watching = {
    [] { Watcher::own().block_begins(); },
    [] { Watcher::own().block_meets(); },
    [](int warp) { Watcher::own().warp_meets(warp); },
    [](const void* address, size_t bytes, bool reads) { check(address, bytes, Access::atomic, reads, bytes, __builtin_return_address(0)); },
};

const bool installed = (watch = &watching);

}  // namespace

void check(const void* address, size_t bytes, Access access, bool reads, size_t alignment, const void* site)
{
    if (installed && Block::current)
        Watcher::own().check(address, bytes, access, reads, alignment, site);
}

}  // namespace simulator
