using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>wGeM (ICIP 2018): the generalised mean of a map under the mask that it makes itself; [N, H, W, C] to [N, C].</summary>
internal sealed class WeightedPooling : IMaskedPooling
{
    private readonly PoolExponent _exponent;
    private readonly MaskLayer _mask;

    public WeightedPooling(ParameterSet parameters, HeadDescription description, int channels)
    {
        OutputDimension = channels;
        _exponent = new PoolExponent(parameters, description, description.Pooling == PoolingKind.WeightedGem ? 1 : channels);
        _mask = new MaskLayer(parameters, channels);
    }

    /// <inheritdoc/>
    public int OutputDimension { get; }

    /// <inheritdoc/>
    public float ScaleExponent => _exponent.Shared;

    /// <inheritdoc/>
    public Tensor Mask(Tensor map, Pass pass) => _mask.Forward(map, null, own: false, pass);

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Pass pass)
    {
        var mask = Mask(map, pass);
        var y = pass.Device.Rent(new Shape(map.Shape[0], map.Shape[3]));
        pass.Operators.WeightedPool(map, null, mask, _exponent.Parameter.Value, PoolingHead.GemEpsilon, y);
        pass.Save(map);
        pass.Save(mask);
        pass.Save(y);
        pass.Release(mask);
        return y;
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        Tensor y = pass.Restore(), mask = pass.Restore(), map = pass.Restore();
        var dMap = pass.Device.RentMap(map.Shape);
        var shares = pass.Device.Rent(mask.Shape, purpose: MemoryPurpose.Workspace);
        pass.Operators.WeightedPoolBackward(map, null, mask, y, dy, _exponent.Parameter.Value, PoolingHead.GemEpsilon, dMap, shares, _exponent.Parameter.Gradient);
        _mask.Backward(map, mask, shares, null, own: false, dMap, pass);
        pass.Device.Return(shares);
        return dMap;
    }
}
