namespace Retrieval.Tests.Host.Cuda;

/// <summary>What was done on the simulator, as hooks.h has it.</summary>
internal readonly record struct SimulatorCounters(
    ulong Launches, ulong GraphLaunches, ulong Grids, ulong Copies, ulong Waits, ulong Allocations, ulong PinnedAllocations, ulong Frees,
    ulong LibraryCalls, ulong LibraryGrids, ulong LibraryHandles, ulong RangesBegun, ulong RangesEnded, ulong RangesUnmatched);
