namespace Retrieval.Host.Backends;

/// <summary>Zeros in place of results.</summary>
internal sealed class DryReadback : IReadback
{
    private byte[] _zeros = [];
    private int _byteCount;

    public void Queue(Tensor source)
    {
        _byteCount = (int)source.ByteCount;
        if (_zeros.Length < _byteCount)
            _zeros = new byte[_byteCount];
    }

    public ReadOnlySpan<byte> Take() => _zeros.AsSpan(0, _byteCount);

    public void Dispose()
    {
        // There is nothing to give back.
    }
}
