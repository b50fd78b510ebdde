#include "simulator/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <sstream>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED_ADDRESSES
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED_ADDRESSES
#endif

#if defined(SANITIZED_ADDRESSES)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, bytes)
#endif

namespace simulator
{

namespace
{

#if defined(SIMULATOR_WATCHED)
constexpr bool watched = true;
#else
constexpr bool watched = false;
#endif

constexpr size_t alignment = 256;
constexpr size_t granule = size_t{2} << 20;  // an allocation has its granules to itself, so that a table finds it
constexpr size_t heap_bytes = size_t{8} << 40;
constexpr size_t patterned_bytes = size_t{64} << 20;  // the head of an allocation that is filled; the rest stays uncommitted
constexpr unsigned char fresh = 0xff;

struct Record
{
    char* address;
    size_t bytes;
    Space space;
    int owner;
    std::atomic<bool> live;
};

char* reserve(size_t bytes)
{
    void* address = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? nullptr : static_cast<char*>(address);
}

bool map(char* address, size_t bytes, int protection)
{
    return mmap(address, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) != MAP_FAILED;
}

size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

/// Where an address is: the granules are given from the front to the back, each once.
struct Heap
{
    char* base = reserve(heap_bytes);
    char* written = watched ? reserve(heap_bytes) : nullptr;  // a byte for each byte: 1 once it was written
    std::deque<Record> records;                               // never shrinks: freed ranges are remembered
    std::atomic<Record*>* table = nullptr;
    size_t used_granules = 1;  // the first stays empty, so that there is a page before every allocation
    size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    std::mutex gate;

    Heap()
    {
        char* entries = reserve(heap_bytes / granule * sizeof(*table));
        if (entries && map(entries, heap_bytes / granule * sizeof(*table), PROT_READ | PROT_WRITE))
            table = reinterpret_cast<std::atomic<Record*>*>(entries);
    }

    bool ready() const { return base && table && (written || !watched); }

    size_t offset(const void* address) const { return reinterpret_cast<uintptr_t>(address) - reinterpret_cast<uintptr_t>(base); }

    Record* at(const void* address) const
    {
        return ready() && offset(address) < heap_bytes ? table[offset(address) / granule].load(std::memory_order_acquire) : nullptr;
    }

    char* written_at(const void* address) const { return written + (static_cast<const char*>(address) - base); }

    /// The pages an allocation lies on: up to the guard page that ends its granules.
    char* first_page(const Record& record) const { return record.address - reinterpret_cast<uintptr_t>(record.address) % page; }
    char* last_page(const Record& record) const { return first_page(record) + round_up(record.address + record.bytes - first_page(record), page); }
};

/// Lives as long as the process: kernels and hosts may ask while it ends.
Heap& heap()
{
    static Heap& instance = *new Heap;
    return instance;
}

bool commit(const Record& record)
{
    Heap& all = heap();
    char* const first = all.first_page(record);
    char* const last = all.last_page(record);
    if (!map(first, last - first, PROT_READ | PROT_WRITE) || (watched && !map(all.written_at(first), last - first, PROT_READ | PROT_WRITE)))
        return false;
    if (record.space == Space::device)
        memset(record.address, fresh, record.bytes < patterned_bytes ? record.bytes : patterned_bytes);
    ASAN_POISON_MEMORY_REGION(first, record.address - first);
    ASAN_POISON_MEMORY_REGION(record.address + record.bytes, last - record.address - record.bytes);
    return true;
}

void end(Record& record)
{
    Heap& all = heap();
    char* const first = all.first_page(record);
    char* const last = all.last_page(record);
    record.live.store(false, std::memory_order_release);
    map(first, last - first, PROT_NONE);
    if (watched)
        map(all.written_at(first), last - first, PROT_NONE);
}

Record* live_at(const void* address)
{
    Record* record = heap().at(address);
    return record && record->live.load(std::memory_order_acquire) ? record : nullptr;
}

const char* name(Space space) { return space == Space::device ? "device" : "pinned"; }

}  // namespace

void* allocate(size_t bytes, Space space, int owner)
{
    Heap& all = heap();
    const std::lock_guard lock(all.gate);
    if (!all.ready() || bytes == 0 || bytes > heap_bytes / 2)
        return nullptr;
    const size_t granules = (round_up(bytes, alignment) + all.page + granule - 1) / granule;
    if (all.used_granules + granules > heap_bytes / granule)
        return nullptr;
    char* const guard = all.base + (all.used_granules + granules) * granule - all.page;
    Record& record = all.records.emplace_back();
    record.address = guard - round_up(bytes, alignment);
    record.bytes = bytes;
    record.space = space;
    record.owner = owner;
    if (!commit(record))
    {
        end(record);
        all.records.pop_back();
        return nullptr;
    }
    record.live.store(true, std::memory_order_release);
    for (size_t i = 0; i < granules; i++)
        all.table[all.used_granules + i].store(&record, std::memory_order_release);
    all.used_granules += granules;
    return record.address;
}

bool free(const void* address, Space space)
{
    const std::lock_guard lock(heap().gate);
    Record* record = live_at(address);
    if (!record || record->address != address || record->space != space)
        return false;
    end(*record);
    return true;
}

void free_all(int owner)
{
    Heap& all = heap();
    const std::lock_guard lock(all.gate);
    for (Record& record : all.records)
        if (record.owner == owner && record.live)
            end(record);
}

std::optional<Allocation> find(const void* address)
{
    const Record* record = heap().at(address);
    if (!record || address < record->address || address >= record->address + record->bytes)
        return std::nullopt;
    return Allocation{record->address, record->bytes, record->space, record->owner, record->live};
}

bool is_simulated(const void* address) { return heap().ready() && heap().offset(address) < heap_bytes; }

bool contains(const void* address, size_t bytes)
{
    const Record* record = live_at(address);
    if (!record || address < record->address)
        return false;
    const size_t offset = static_cast<const char*>(address) - record->address;
    return offset <= record->bytes && bytes <= record->bytes - offset;
}

bool is_initialised(const void* address, size_t bytes)
{
    const Record* record = live_at(address);
    if (!watched || !record || record->space == Space::pinned)
        return record;
    return !memchr(heap().written_at(address), 0, bytes);
}

void mark_initialised(const void* address, size_t bytes)
{
    if (watched && contains(address, bytes))
        memset(heap().written_at(address), 1, bytes);
}

void copy_initialised(const void* target, const void* source, size_t bytes)
{
    const Record* record = source ? live_at(source) : nullptr;
    if (!record || record->space == Space::pinned)
        mark_initialised(target, bytes);
    else if (watched && contains(target, bytes))
        memmove(heap().written_at(target), heap().written_at(source), bytes);
}

std::string describe(const void* address, size_t bytes)
{
    std::ostringstream text;
    text << bytes << (bytes == 1 ? " byte at " : " bytes at ") << address;
    const char* const first = static_cast<const char*>(address);
    const Record* record = heap().at(address);
    if (!record && first > heap().base)
        record = heap().at(first - granule);
    if (!record)
        text << ", which is no device memory";
    else if (first < record->address)
        text << ", " << record->address - first << " before the ";
    else if (first >= record->address + record->bytes)
        text << ", " << first - record->address - record->bytes << " past the end of the ";
    else
        text << ", at byte " << first - record->address << " of the ";
    if (record)
        text << record->bytes << " bytes of " << name(record->space) << " memory at " << static_cast<void*>(record->address)
             << (record->live ? "" : ", which were freed");
    return text.str();
}

}  // namespace simulator
