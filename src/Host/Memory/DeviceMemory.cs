using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>
/// All memory of a device: the arena that everything is rented from, and a scratch arena for what recorded work rents and returns
/// within one run. Recorded works of a device run one after the other, so they share the scratch memory.
/// </summary>
public sealed class DeviceMemory : IDisposable
{
    private const long Mebibyte = 1 << 20;

    private readonly Device _device;
    private readonly IBackend _backend;
    private readonly RecordedWorks _works;

    internal DeviceMemory(Device device, IBackend backend, RecordedWorks works)
    {
        (_device, _backend, _works) = (device, backend, works);
        Main = new Arena(device, this, backend);
        Scratch = new Arena(device, this, backend);
    }

    /// <summary>Bytes taken from the system.</summary>
    public long ReservedByteCount => Main.ReservedByteCount + Scratch.ReservedByteCount;

    /// <summary>Bytes rented out now. Work that is replayed uses what it has recorded without renting it again.</summary>
    public long RentedByteCount => Main.RentedByteCount + Scratch.RentedByteCount;

    /// <summary>The most bytes that were ever rented out at once, of either arena: scratch memory stays with the work recorded on it.</summary>
    public long PeakByteCount => Main.PeakByteCount + Scratch.PeakByteCount;

    /// <summary>What each purpose takes.</summary>
    public IReadOnlyList<MemoryUse> Uses => [.. Enum.GetValues<MemoryPurpose>().Select(purpose =>
        new MemoryUse(purpose, Main.Current(purpose) + Scratch.Current(purpose), Main.Peak(purpose) + Scratch.Peak(purpose)))];

    internal Arena Main { get; }

    internal Arena Scratch { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Scratch.Dispose();
        Main.Dispose();
    }

    internal Tensor Rent(Shape shape, ElementType type, MemoryPurpose purpose) =>
        For(purpose).Rent(shape, type, purpose);

    /// <summary>No tensor where the device has no memory left.</summary>
    internal Tensor RentIfPossible(Shape shape, ElementType type, MemoryPurpose purpose) =>
        For(purpose).RentIfPossible(shape, type, purpose);

    internal void Return(Tensor tensor)
    {
        if (!Scratch.TryReturn(tensor))
            Main.Return(tensor);
    }

    /// <summary>
    /// Gives free chunks back to the system. What was recorded on scratch memory is forgotten for it, and records itself anew when it next runs.
    /// </summary>
    /// <returns>Whether anything was given back.</returns>
    internal bool Trim()
    {
        if (_works.Recording)
            return false;
        var freed = Main.Trim();
        // Where another thread runs recorded work at this moment, scratch memory is in use.
        if (_works.Gate.TryEnter())
        {
            try
            {
                _works.ForgetAll();
                freed += Scratch.Trim();
            }
            finally
            {
                _works.Gate.Exit();
            }
        }
        return freed > 0;
    }

    /// <summary>What is to be said when not even trimming has helped.</summary>
    internal DeviceException Exhausted(long byteCount, MemoryPurpose purpose)
    {
        long free = _backend.FreeByteCount, total = _backend.TotalByteCount;
        var uses = string.Join(", ", Uses.Where(use => use.Current > 0).OrderByDescending(use => use.Current).Select(use => $"{use.Purpose} {Mebibytes(use.Current)}"));
        var others = total - free - ReservedByteCount;
        return new DeviceException($"{_backend.Title} is out of memory: {Mebibytes(byteCount)} MiB for {purpose} were requested; "
            + $"{Mebibytes(RentedByteCount)} MiB are rented{(uses.Length > 0 ? $" ({uses})" : "")}, {Mebibytes(ReservedByteCount)} MiB reserved of {Mebibytes(total)} MiB, {Mebibytes(free)} MiB are free"
            + (others > 1024 * Mebibyte ? $", {Mebibytes(others)} MiB belong to other programs" : "")
            + $": use smaller batches or images{(_device.Precision == Precision.BFloat16 ? "" : ", --precision bf16")}, or a device with more memory");
    }

    private Arena For(MemoryPurpose purpose) => _works.RunHere && IsTransient(purpose) ? Scratch : Main;

    private static bool IsTransient(MemoryPurpose purpose) => purpose is not (MemoryPurpose.Parameters or MemoryPurpose.OptimizerState);

    private static long Mebibytes(long byteCount) => (byteCount + (Mebibyte / 2)) / Mebibyte;
}
