#include "simulator/launch.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <thread>

#include "simulator/block.h"
#include "simulator/trap.h"

namespace simulator
{

namespace
{

constexpr size_t most_param_bytes = 4096;
constexpr unsigned long long worth_waking = 16384;  // threads of a grid below which the other cores are left asleep

/// How many blocks run at the same time.
int worker_count()
{
#if defined(SIMULATOR_SANITIZED)
    return 1;  // shared memory is plain global memory there (device.h)
#else
    constexpr int most_workers = 16;
    const char* const setting = getenv("RETRIEVAL_SIMULATOR_THREADS");
    const int wanted = setting ? atoi(setting) : 0;
    return wanted > 0 ? std::min(wanted, most_workers) : std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, most_workers);
#endif
}

/// OS threads that wait for something to do. They live as long as the process, which may end while they sleep.
class Pool
{
public:
    static Pool& instance()
    {
        static Pool& pool = *new Pool;
        return pool;
    }

    /// Calls work(0) here and work(1), work(2), ... on the others, and waits for all.
    void run(bool together, const std::function<void(int)>& work)
    {
        if (together && helpers_ > 0)
        {
            const std::lock_guard lock(gate_);
            work_ = &work;
            turn_++;
            busy_ = helpers_;
            wake_.notify_all();
        }
        work(0);
        std::unique_lock lock(gate_);
        done_.wait(lock, [this] { return busy_ == 0; });
    }

    Block& block(int worker) { return blocks_[worker]; }

private:
    Pool() : helpers_(worker_count() - 1), blocks_(new Block[helpers_ + 1])
    {
        for (int i = 1; i <= helpers_; i++)
            std::thread([this, i] { help(i); }).detach();
    }

    [[noreturn]] void help(int worker)
    {
        for (unsigned long long seen = 0;;)
        {
            std::unique_lock lock(gate_);
            wake_.wait(lock, [&] { return turn_ != seen; });
            seen = turn_;
            const auto& work = *work_;
            lock.unlock();
            work(worker);
            lock.lock();
            if (--busy_ == 0)
                done_.notify_one();
        }
    }

    const int helpers_;
    Block* const blocks_;
    std::mutex gate_;
    std::condition_variable wake_, done_;
    const std::function<void(int)>* work_ = nullptr;
    unsigned long long turn_ = 0;
    int busy_ = 0;
};

/// The blocks [next, end) of a grid, taken a few at a time, until the first fault.
class Launch
{
public:
    Launch(const Grid& grid, unsigned long long first, unsigned long long end) : grid_(grid), next_(first), end_(end), step_(std::clamp((end - first) / 256, 1ull, 64ull)) {}

    void work(Block& block)
    {
        if (next_ >= end_)
            return;
        block.open(grid_);
        for (unsigned long long first; !failed_ && (first = next_.fetch_add(step_)) < end_;)
            for (unsigned long long i = first; i < std::min(first + step_, end_) && !failed_; i++)
                if (const auto found = block.run(static_cast<unsigned>(i)))
                    report(*found);
    }

    std::optional<Fault> fault;

private:
    void report(const Fault& found)
    {
        if (!failed_.exchange(true))
            fault = found;
    }

    const Grid& grid_;
    std::atomic<unsigned long long> next_;
    const unsigned long long end_, step_;
    std::atomic<bool> failed_ = false;
};

std::mutex& one_at_a_time()
{
    static std::mutex& gate = *new std::mutex;
    return gate;
}

}  // namespace

std::optional<Fault> run(const Kernel& kernel, const void* args, Size3 grid, Size3 block, size_t dynamic_shared_bytes, unsigned long long first_block,
                         unsigned long long block_count)
{
    const std::lock_guard lock(one_at_a_time());
    if (grid.y != 1 || grid.z != 1 || block.y != 1 || block.z != 1 || kernel.param_bytes > most_param_bytes)
        return Fault{launch_failure, std::string(kernel.name) + ": grids and blocks have one dimension, parameters 4,096 bytes at most"};

    alignas(16) unsigned char parameters[most_param_bytes];
    memcpy(parameters, args, kernel.param_bytes);
    const Grid launched = {kernel, parameters, grid.x, block.x, dynamic_shared_bytes};
    const unsigned long long first = std::min<unsigned long long>(first_block, grid.x);
    const unsigned long long count = std::min<unsigned long long>(block_count, grid.x - first);
    const Trap trap;
    Launch launch(launched, first, first + count);
    Pool& pool = Pool::instance();
    pool.run(count > 1 && count * block.x >= worth_waking, [&](int worker) { launch.work(pool.block(worker)); });
    return launch.fault;
}

void spread(int count, const std::function<void(int)>& work)
{
    const std::lock_guard lock(one_at_a_time());
    std::atomic<int> next = 0;
    Pool::instance().run(count > 1, [&](int) {
        for (int i; (i = next++) < count;)
            work(i);
    });
}

}  // namespace simulator
