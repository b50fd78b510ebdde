using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>
/// CroW (2016): the sum of a map's positions, weighted by how much there is, each channel weighted by how rare it is; [N, H, W, C] to [N, C]. Both weights follow from the map and
/// count as constants in the backward pass.
/// </summary>
internal sealed class CrowPooling : IMaskedPooling, IDisposable
{
    private readonly Tensor _one;

    public CrowPooling(Device device, int channels)
    {
        OutputDimension = channels;
        _one = device.Rent<float>(new Shape(1), [1], MemoryPurpose.Parameters);
    }

    /// <inheritdoc/>
    public int OutputDimension { get; }

    /// <inheritdoc/>
    public float ScaleExponent => 1;

    /// <inheritdoc/>
    public Tensor Mask(Tensor map, Pass pass)
    {
        var (positions, channels) = Weigh(map, pass);
        pass.Device.Return(channels);
        return positions;
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Pass pass)
    {
        var (positions, channels) = Weigh(map, pass);
        var sum = pass.Device.Rent(channels.Shape);
        var y = pass.Device.Rent(channels.Shape);
        pass.Operators.WeightedPool(map, null, positions, _one, 0, sum);
        pass.Operators.Multiply(sum, channels, y);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[map, positions, channels, sum])
            pass.Save(tensor);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[positions, channels, sum])
            pass.Release(tensor);
        return y;
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        Tensor sum = pass.Restore(), channels = pass.Restore(), positions = pass.Restore(), map = pass.Restore();
        var dSum = pass.Device.Rent(dy.Shape, purpose: MemoryPurpose.Workspace);
        var dMap = pass.Device.RentMap(map.Shape);
        pass.Operators.Multiply(dy, channels, dSum);
        pass.Operators.WeightedPoolBackward(map, null, positions, sum, dSum, _one, 0, dMap, Tensor.None, Tensor.None);
        pass.Device.Return(dSum);
        return dMap;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Device.Return(_one);

    private static (Tensor Positions, Tensor Channels) Weigh(Tensor map, Pass pass)
    {
        var positions = pass.Device.Rent(new Shape(1, map.Shape[0], map.Shape[1], map.Shape[2]));
        var channels = pass.Device.Rent(new Shape(map.Shape[0], map.Shape[3]));
        pass.Operators.CrowWeights(map, positions, channels);
        return (positions, channels);
    }
}
