using Retrieval.Host;

namespace Retrieval.Training.Steps;

/// <summary>
/// Adds up losses that a device computes, in double precision and in their order, without waiting for each: they gather on the device
/// and come to the host together, when they are asked for or when there is no room for more.
/// </summary>
public sealed class LossSum : IDisposable
{
    private const int Room = 1024;

    private readonly Tensor _gathered;
    private readonly float[] _host = new float[Room];
    private int _count;
    private double _sum;

    internal LossSum(Device device) => _gathered = device.Rent(new Shape(Room), purpose: MemoryPurpose.Workspace);

    /// <summary>Waits for what was queued and gives the sum since <see cref="Clear"/>.</summary>
    public double Read()
    {
        if (_count == 0)
            return _sum;
        var values = _host.AsSpan(0, _count);
        _gathered.Slice(0, _count).Download(values);
        foreach (var value in values)
            _sum += value;
        _count = 0;
        return _sum;
    }

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _count = 0;
        _sum = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _gathered.Device.Return(_gathered);

    /// <summary>Takes a loss [1] as it will be once the work queued so far is done.</summary>
    internal void Add(Tensor loss)
    {
        if (_count == Room)
            Read();
        loss.Device.Operators.Copy(loss, _gathered.Slice(_count++, 1));
    }
}
