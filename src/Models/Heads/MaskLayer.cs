using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>
/// The mask of weighted poolings (ICIP 2018): a 3 x 3 convolution to one channel and a softmax over positions. Parameters <c>pool.conv.weight</c>, which starts at 0, so
/// that all positions weigh the same, and <c>pool.conv.bias</c>, which a softmax makes nothing of: its gradient is 0.
/// </summary>
internal sealed class MaskLayer
{
    private readonly Parameter _weights;

    public MaskLayer(ParameterSet parameters, int channels)
    {
        _weights = parameters.Add("pool.conv.weight", ParameterRole.MaskConvolution, new Shape(1, 3, 3, channels));
        parameters.Add("pool.conv.bias", ParameterRole.Bias, new Shape(1));
    }

    /// <summary>The masks [R, N, H, W] of a map's regions; the caller keeps the map and owns them.</summary>
    /// <param name="map">[N, H, W, C].</param>
    /// <param name="regions">R regions; null for the whole map.</param>
    /// <param name="own">Whether each region makes a mask of its own activations alone; otherwise it is cut from the whole map's.</param>
    /// <param name="pass">The pass.</param>
    public Tensor Forward(Tensor map, PoolRegions? regions, bool own, Pass pass)
    {
        var shape = map.Shape;
        var taps = pass.Device.Rent(new Shape(shape[0], shape[1], shape[2], Operators.MaskTapCount), purpose: MemoryPurpose.Workspace);
        var masks = pass.Device.Rent(new Shape(regions?.Count ?? 1, shape[0], shape[1], shape[2]));
        pass.Operators.MaskTaps(map, _weights.Value, taps);
        pass.Operators.MaskSoftmax(taps, regions, own, masks);
        pass.Device.Return(taps);
        return masks;
    }

    /// <summary>Adds the map's gradient to <paramref name="dMap"/> and that of the weights.</summary>
    /// <param name="map">The map.</param>
    /// <param name="masks">What Forward gave.</param>
    /// <param name="shares">The masks' gradients times the masks; used up.</param>
    /// <param name="regions">As in Forward.</param>
    /// <param name="own">As in Forward.</param>
    /// <param name="dMap">Shape of the map, added to.</param>
    /// <param name="pass">The pass.</param>
    public void Backward(Tensor map, Tensor masks, Tensor shares, PoolRegions? regions, bool own, Tensor dMap, Pass pass)
    {
        var shape = map.Shape;
        var dTaps = pass.Device.Rent(new Shape(shape[0], shape[1], shape[2], Operators.MaskTapCount), purpose: MemoryPurpose.Workspace);
        pass.Operators.MaskSoftmaxBackward(masks, shares, regions, own, dTaps);
        pass.Operators.MaskTapsBackward(map, _weights.Value, dTaps, dMap, _weights.Gradient);
        pass.Device.Return(dTaps);
    }
}
