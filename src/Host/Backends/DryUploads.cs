namespace Retrieval.Host.Backends;

/// <summary>Buffers that can be filled and go nowhere; the device's side is counted.</summary>
internal sealed class DryUploads(Device device, int depth) : IUploads
{
    private readonly Tensor[] _targets = new Tensor[depth];
    private byte[] _filled = [];
    private int _turn, _byteCount;

    public Span<byte> Begin(int byteCount)
    {
        if (_filled.Length < byteCount)
            _filled = new byte[byteCount];
        _byteCount = byteCount;
        return _filled.AsSpan(0, byteCount);
    }

    public Tensor Send()
    {
        ref var target = ref _targets[_turn];
        _turn = (_turn + 1) % _targets.Length;
        if (target.IsNone || target.Count < _byteCount)
        {
            device.Return(target);
            target = device.Memory.Main.Rent(new Shape(_byteCount), ElementType.UInt8, MemoryPurpose.Workspace);
        }
        return target.Slice(0, _byteCount);
    }

    public void Dispose()
    {
        foreach (var target in _targets)
            device.Return(target);
    }
}
