using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>Global pooling of an activation map [N, H, W, C] to [N, C]: MAC, SPoC or GeM. The exponent is the parameter <c>pool.p</c>.</summary>
public sealed class PoolingHead : IPooling
{
    /// <summary>Lower clamp of GeM, as in the reference networks.</summary>
    public const float GemEpsilon = 1e-6f;

    private readonly PoolingKind _kind;
    private readonly PoolExponent? _exponent;

    public PoolingHead(ParameterSet parameters, HeadDescription description, int channels)
    {
        description.Validate();
        _kind = description.Pooling;
        OutputDimension = channels;
        if (_kind is PoolingKind.Gem or PoolingKind.GemPerChannel)
            _exponent = new PoolExponent(parameters, description, _kind == PoolingKind.Gem ? 1 : channels);
    }

    /// <inheritdoc/>
    public int OutputDimension { get; }

    /// <inheritdoc/>
    public float ScaleExponent => _exponent?.Shared ?? 1;

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Pass pass)
    {
        var y = pass.Device.Rent(new Shape(map.Shape[0], map.Shape[3]));
        var argmax = Tensor.None;
        switch (_kind)
        {
            case PoolingKind.Mac:
                argmax = pass.Keeps ? pass.Device.Rent(y.Shape, ElementType.Int32) : Tensor.None;
                pass.Operators.MacPool(map, y, argmax);
                break;
            case PoolingKind.Spoc:
                pass.Operators.SpocPool(map, y);
                break;
            default:
                pass.Operators.GemPool(map, _exponent!.Parameter.Value, GemEpsilon, y);
                break;
        }
        pass.Save(map);
        pass.Save(y);
        pass.Save(argmax);
        pass.Release(argmax);
        return y;
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        Tensor argmax = pass.Restore(), y = pass.Restore(), map = pass.Restore();
        var dMap = pass.Device.RentMap(map.Shape);
        switch (_kind)
        {
            case PoolingKind.Mac:
                pass.Operators.MacPoolBackward(dy, argmax, dMap);
                break;
            case PoolingKind.Spoc:
                pass.Operators.SpocPoolBackward(dy, dMap);
                break;
            default:
                pass.Operators.GemPoolBackward(map, y, dy, _exponent!.Parameter.Value, GemEpsilon, dMap, _exponent.Parameter.Gradient);
                break;
        }
        return dMap;
    }
}
