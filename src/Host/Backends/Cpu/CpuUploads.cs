namespace Retrieval.Host.Backends.Cpu;

/// <summary>Buffers that the host fills and the operators read where they lie: there is no way to go.</summary>
internal sealed unsafe class CpuUploads(Device device, int depth) : IUploads
{
    private readonly Tensor[] _buffers = new Tensor[depth];
    private int _turn, _byteCount;

    public Span<byte> Begin(int byteCount)
    {
        ref var buffer = ref _buffers[_turn];
        if (buffer.IsNone || buffer.Count < byteCount)
        {
            device.Return(buffer);
            buffer = device.Memory.Main.Rent(new Shape(byteCount), ElementType.UInt8, MemoryPurpose.Workspace);
        }
        _byteCount = byteCount;
        return new Span<byte>(buffer.Pointer<byte>(), byteCount);
    }

    public Tensor Send()
    {
        var sent = _buffers[_turn].Slice(0, _byteCount);
        _turn = (_turn + 1) % _buffers.Length;
        return sent;
    }

    public void Dispose()
    {
        foreach (var buffer in _buffers)
            device.Return(buffer);
        Array.Clear(_buffers);
    }
}
