namespace Retrieval.Host.Backends.Cpu;

/// <summary>A copy of a tensor that later work may change.</summary>
internal sealed unsafe class CpuReadback : IReadback
{
    private byte[] _values = [];
    private int _byteCount;

    public void Queue(Tensor source)
    {
        _byteCount = (int)source.ByteCount;
        if (_values.Length < _byteCount)
            _values = new byte[_byteCount];
        new ReadOnlySpan<byte>(source.Pointer<byte>(), _byteCount).CopyTo(_values);
    }

    public ReadOnlySpan<byte> Take() => _values.AsSpan(0, _byteCount);

    public void Dispose()
    {
        // The values are the collector's.
    }
}
