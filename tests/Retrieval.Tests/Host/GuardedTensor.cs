using Retrieval.Host;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>A tensor between two guard bands, so that a write outside it is seen.</summary>
internal sealed class GuardedTensor : IDisposable
{
    private const int Band = 64;
    private const float Sentinel = -12345.678f;

    private readonly Tensor _whole;
    private readonly int _count;

    public GuardedTensor(Device device, Shape shape, float[]? values = null)
    {
        _count = checked((int)shape.Count);
        _whole = device.Rent(new Shape(_count + (2 * Band)));
        var whole = new float[_count + (2 * Band)];
        Array.Fill(whole, Sentinel);
        values?.CopyTo(whole, Band);
        _whole.Upload<float>(whole);
        Tensor = _whole.Slice(Band, _count).Reshape(shape);
    }

    public Tensor Tensor { get; }

    /// <summary>The values, after a look at the bands.</summary>
    public float[] Values()
    {
        var whole = _whole.ToArray<float>();
        Assert.All(whole[..Band], value => Assert.Equal(Sentinel, value));
        Assert.All(whole[(Band + _count)..], value => Assert.Equal(Sentinel, value));
        return whole[Band..(Band + _count)];
    }

    public void Dispose() => _whole.Device.Return(_whole);
}
