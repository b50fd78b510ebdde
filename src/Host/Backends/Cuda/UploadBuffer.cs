using Retrieval.Host.Interop.Cuda;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Pinned memory that the host fills, the memory of the device that it is copied to, and the event that ends the last copy.</summary>
internal sealed unsafe class UploadBuffer(Device device, CudaContext context) : IDisposable
{
    private const int Step = 64 << 10;

    private PinnedMemoryHandle? _filled;
    private int _capacity;

    public EventHandle Copied { get; } = context.CreateEvent();

    public byte* Pointer => _filled is null ? null : _filled.Pointer;

    public Tensor Target { get; private set; }

    /// <summary>Makes the host's side large enough. The last copy from it has ended.</summary>
    public void Grow(int byteCount)
    {
        if (byteCount <= _capacity)
            return;
        // Batches of images differ a little: some room to spare keeps the next one from coming back here.
        var wanted = (int)Math.Min(int.MaxValue, ((byteCount + (byteCount / 8L) + Step - 1) / Step) * Step);
        _filled?.Dispose();
        (_filled, _capacity) = (null, 0);
        (_filled, _capacity) = (context.AllocatePinned(wanted, PinnedMemoryUse.Transfers), wanted);
    }

    /// <summary>Makes the device's side as large as the host's.</summary>
    /// <returns>Whether it is new: work queued before may still use its memory.</returns>
    public bool GrowTarget()
    {
        if (!Target.IsNone && Target.Count >= _capacity)
            return false;
        device.Return(Target);
        Target = Tensor.None;
        Target = device.Memory.Main.Rent(new Shape(_capacity), ElementType.UInt8, MemoryPurpose.Workspace);
        return true;
    }

    /// <summary>The last copy has ended.</summary>
    public void Dispose()
    {
        device.Return(Target);
        Target = Tensor.None;
        _filled?.Dispose();
        Copied.Dispose();
    }
}
