// hooks.h: what tests may ask of the simulator and change in it. No host calls these.
#pragma once

#include <cstddef>

/// What was done since the last simulator_reset.
struct SimulatorCounters
{
    unsigned long long launches;        // kernels issued one by one, into streams or captures
    unsigned long long graph_launches;  // graphs issued
    unsigned long long grids;           // grids that ran, those of replays included
    unsigned long long copies;          // copies and memsets issued
    unsigned long long waits;           // calls that wait: for a stream, an event or all, and copies to pageable memory
    unsigned long long allocations;     // of device memory
    unsigned long long pinned_allocations;
    unsigned long long frees;  // of either memory
    unsigned long long library_calls;    // products and plans issued, one by one, into streams or captures
    unsigned long long library_grids;    // those that ran, those of replays included
    unsigned long long library_handles;  // handles, descriptors and plans made by the libraries
    unsigned long long ranges_begun, ranges_ended;  // of NVTX
    unsigned long long ranges_unmatched;  // ends of ranges that their thread had not begun
};

#pragma GCC visibility push(default)
extern "C"
{
    /// Destroys all contexts with their memory, sets every hook back and all counters to 0. The driver stays initialised.
    void simulator_reset();

    void simulator_counters(SimulatorCounters* counters);

    /// The last fault, in words with the launch it belongs to; "" if there was none. Valid until the next fault.
    const char* simulator_fault_message();

    /// What cuDriverGetVersion answers (12080) and which PTX is therefore too new.
    void simulator_set_driver_version(int version);

    /// 1 unless set, at most 8. Without a device cuInit fails, as it does on a machine without a GPU.
    void simulator_set_device_count(int count);

    /// 80 GiB unless set, for each device.
    void simulator_set_total_memory(size_t bytes);

    /// What cuDeviceGetAttribute answers, and what launches are held against.
    void simulator_set_attribute(int attribute, int value);

    /// Launches from now on run only these blocks of their grids: the far end of a huge tensor can be tested alone.
    void simulator_set_block_window(unsigned long long first, unsigned long long count);

    /// The next grid, a kernel's or a library's, ends with this code instead of running, as a faulty kernel would.
    void simulator_fail_next_grid(int code);

    /// What cublasLtGetVersion answers (120804).
    void simulator_set_cublaslt_version(int version);

    /// What cudnnGetVersion answers (90800). Below 10000, it is cuDNN 8 and its status codes.
    void simulator_set_cudnn_version(int version);

    /// What becomes of cuDNN graphs of several operations: 0 they run, 1 the heuristics know no engine, 2 they name engines
    /// for which no plan can be made. Both are ways in which the library refuses.
    void simulator_refuse_fused_graphs(int how);

    /// The next call of this function of a library, or of any that answers a status where the name is null or empty, answers
    /// this status and does nothing.
    void simulator_fail_next_library_call(const char* call, int status);
}
#pragma GCC visibility pop
