using System.Runtime.InteropServices;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// A list that kernels read. It is filled anew for each call, stays in device memory from call to call, and travels only when it
/// has changed: work that is recorded in a graph finds it where it was, and reads what was sent last.
/// </summary>
internal sealed class DeviceTable<T>(MemoryPurpose purpose) where T : unmanaged
{
    private T[] _values = [], _sent = [];
    private int _sentCount;
    private Tensor _memory;

    public int Count { get; private set; }

    /// <summary>Where kernels find the list.</summary>
    public nint Address => _memory.Address;

    /// <summary>Empties the list and makes room.</summary>
    public void Begin(int capacity)
    {
        Count = 0;
        if (capacity > _values.Length)
            _values = new T[capacity];
    }

    public void Add(in T value) => _values[Count++] = value;

    /// <summary>Brings the list to the device, unless it is there already.</summary>
    public void Send(Device device, IBackend backend)
    {
        if (_sent.Length < Count)
            Grow(device);
        var bytes = MemoryMarshal.AsBytes(_values.AsSpan(0, Count));
        if (_sentCount == Count && bytes.SequenceEqual(MemoryMarshal.AsBytes(_sent.AsSpan(0, Count))))
            return;
        backend.Upload(bytes, Address);
        _values.AsSpan(0, Count).CopyTo(_sent);
        _sentCount = Count;
    }

    private unsafe void Grow(Device device)
    {
        device.Return(_memory);
        (_sent, _sentCount) = (new T[_values.Length], 0);
        _memory = device.Rent(new Shape(_values.Length, sizeof(T)), ElementType.UInt8, purpose);
    }
}
