using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>A tensor of activations between two guard bands, so that a write outside it is seen.</summary>
internal sealed class GuardedTensor : IDisposable
{
    private const int Band = 64;
    private const float Sentinel = -12352;

    private readonly Tensor _whole;
    private readonly int _first;
    private readonly int _count;

    /// <param name="device">Where it lies.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">What it holds, or sentinels.</param>
    /// <param name="type">Float32 or BFloat16.</param>
    /// <param name="shift">Elements by which it misses an address that suits 16-byte access.</param>
    public GuardedTensor(Device device, Shape shape, float[]? values = null, ElementType type = ElementType.Float32, int shift = 0)
    {
        _count = checked((int)shape.Count);
        _first = Band + shift;
        _whole = device.Rent(new Shape(_count + (2 * Band) + shift), type);
        var whole = new float[_whole.Count];
        Array.Fill(whole, Sentinel);
        values?.CopyTo(whole, _first);
        Activations.Fill(_whole, whole);
        Tensor = _whole.Slice(_first, _count).Reshape(shape);
    }

    public Tensor Tensor { get; }

    /// <summary>The values, after a look at the bands.</summary>
    public float[] Values()
    {
        var whole = Activations.Values(_whole);
        Assert.All(whole[.._first], value => Assert.Equal(Sentinel, value));
        Assert.All(whole[(_first + _count)..], value => Assert.Equal(Sentinel, value));
        return whole[_first..(_first + _count)];
    }

    public void Dispose() => _whole.Device.Return(_whole);
}
