using System.Runtime.InteropServices;
using Retrieval.Host.Backends;

namespace Retrieval.Host;

/// <summary>
/// Brings results to the host while the device computes on: a batch's are queued behind its work, and taken once the next batch's work
/// is queued too. Results are taken in the order in which they were queued. One thread uses a ring.
/// </summary>
public sealed class ReadbackRing : IDisposable
{
    private readonly Device _device;
    private readonly IReadback[] _places;
    private readonly ElementType[] _types;
    private int _oldest;
    private bool _disposed;

    /// <param name="device">Where the results come from.</param>
    /// <param name="depth">How many may be queued and not yet taken, 1 or more.</param>
    public ReadbackRing(Device device, int depth = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        _device = device;
        _places = new IReadback[depth];
        _types = new ElementType[depth];
        for (var place = 0; place < depth; place++)
            _places[place] = device.Backend.CreateReadback();
    }

    /// <summary>How many are queued and not yet taken.</summary>
    public int Pending { get; private set; }

    /// <summary>Queues the copy of a tensor as it is after all work queued so far; it may be changed by work queued from now on.</summary>
    /// <exception cref="InvalidOperationException">The ring is full: take the oldest first.</exception>
    public void Queue(Tensor source)
    {
        _device.RefuseInRecordedWork("ReadbackRing.Queue");
        if (source.IsNone || !ReferenceEquals(source.Device, _device) || source.ByteCount > int.MaxValue)
            throw new OperatorException("ReadbackRing.Queue", $"expected a tensor on {_device.Name} of less than 2 GiB, got {source}");
        if (Pending == _places.Length)
            throw new InvalidOperationException($"ReadbackRing.Queue: {Pending} results are waiting, expected one to be taken first");
        var place = (_oldest + Pending) % _places.Length;
        _places[place].Queue(source);
        _types[place] = source.Type;
        Pending++;
    }

    /// <summary>Waits for the oldest result.</summary>
    /// <returns>Its values, valid until <see cref="Queue"/> comes round to their place, which is after <c>depth - 1</c> more at the earliest.</returns>
    /// <exception cref="InvalidOperationException">Nothing is queued.</exception>
    public ReadOnlySpan<T> Take<T>() where T : unmanaged
    {
        _device.RefuseInRecordedWork("ReadbackRing.Take");
        if (Pending == 0)
            throw new InvalidOperationException("ReadbackRing.Take: nothing to take, expected Queue first");
        if (_types[_oldest] != ElementTypes.Of<T>())
            throw new OperatorException("ReadbackRing.Take", $"expected values of {_types[_oldest]}, got {typeof(T).Name}");
        var place = _places[_oldest];
        _oldest = (_oldest + 1) % _places.Length;
        Pending--;
        return MemoryMarshal.Cast<byte, T>(place.Take());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        foreach (var place in _places)
            place.Dispose();
    }
}
