// shadow.h: what the watched flavour remembers of each byte of a block's shared memory: who touched it since when.
//
// Time runs in epochs: one begins with each block and with each barrier, so nothing is ever reset. Within an epoch the
// threads of a warp are ordered by the full __syncwarp calls between them. Two accesses are a race if they are of
// different threads, in one epoch, not ordered so, at least one writes, and not both are atomic.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>

namespace simulator
{

enum class Access : unsigned char
{
    read,
    write,
    atomic
};

/// One access to a byte: when, by whom, from where in the code. Zeros are no access at all.
struct Touch
{
    uint32_t epoch = 0;
    uint32_t thread : 10;
    uint32_t meeting : 22;  // how often the thread's warp had met in this epoch
    uint32_t site = 0;      // offset into the image

    Touch() : thread(0), meeting(0) {}
    Touch(uint32_t epoch, int thread, uint32_t meeting, uint32_t site) : epoch(epoch), thread(thread), meeting(meeting), site(site) {}

    int warp() const { return thread / 32; }

    /// Whether nothing stands between this earlier touch and a later one.
    bool beside(const Touch& later) const
    {
        return epoch == later.epoch && thread != later.thread && (warp() != later.warp() || meeting == later.meeting);
    }
};

/// Of all that touched a byte in one way within the epoch, the two that suffice to tell whether a later thread races with
/// any: two of different warps, if there are such (one of them races with whoever comes), else the latest two of a warp.
struct Touches
{
    Touch a, b;

    void add(const Touch& touch)
    {
        if (a.epoch != touch.epoch || (alone(touch.epoch) && a.warp() == touch.warp() && a.meeting != touch.meeting))
        {
            a = touch;
            b = Touch();
        }
        else if (a.thread != touch.thread && alone(touch.epoch) && (b.epoch != touch.epoch || a.warp() != touch.warp()))
            b = touch;
    }

    const Touch* beside(const Touch& later) const { return a.beside(later) ? &a : b.beside(later) ? &b : nullptr; }

private:
    /// Whether all touches of the epoch came from one warp.
    bool alone(uint32_t epoch) const { return b.epoch != epoch || b.warp() == a.warp(); }
};

struct Cell
{
    Touch write;
    Touches reads, atomics;
    uint32_t initialised = 0;  // the epoch of the latest write
    uint32_t split = 0;        // of a word's first byte: the block in which the four bytes began to differ

    /// The earlier touch that an access races with, or null; and remembers the access.
    const Touch* race(Access access, const Touch& touch) const
    {
        if (write.beside(touch))
            return &write;
        const Touch* const other = access == Access::atomic ? nullptr : atomics.beside(touch);
        return other || access == Access::read ? other : reads.beside(touch);
    }

    void remember(Access access, const Touch& touch)
    {
        if (access == Access::read)
            reads.add(touch);
        else if (access == Access::atomic)
            atomics.add(touch);
        else
            write = touch;
        if (access != Access::read)
            initialised = touch.epoch;
    }
};

/// The cells of a range of bytes. Aligned words, which is nearly all, share one cell as long as nobody in the block touches
/// a part of the word.
class Shadow
{
public:
    /// Covers `bytes`, of which nothing is known yet if there were fewer before. Pages come into being when they are touched.
    void cover(size_t bytes)
    {
        if (covered_ >= bytes)
            return;
        covered_ = bytes;
        cells_.reset(static_cast<Cell*>(calloc(bytes + 3, sizeof(Cell))));
        if (!cells_)
            abort();
    }

    /// Calls visit(cell) for each cell of the bytes, until it returns false.
    template <typename Visit>
    void each(size_t offset, size_t bytes, uint32_t block, Visit visit)
    {
        for (const size_t end = offset + bytes; offset < end;)
        {
            Cell* const word = &cells_[offset & ~size_t{3}];
            const bool whole = offset % 4 == 0 && end - offset >= 4;
            if (!whole && word->split != block)
            {
                word[1] = word[2] = word[3] = word[0];
                word->split = block;
            }
            if (!visit(cells_[offset]))
                return;
            offset += whole && word->split != block ? 4 : 1;
        }
    }

private:
    struct Release
    {
        void operator()(Cell* cells) const { ::free(cells); }
    };

    size_t covered_ = 0;
    std::unique_ptr<Cell[], Release> cells_;
};

}  // namespace simulator
