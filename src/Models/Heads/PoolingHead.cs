using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>Global pooling of an activation map [N, H, W, C] to [N, C]: MAC, SPoC or GeM. The exponent is the parameter <c>pool.p</c>.</summary>
public sealed class PoolingHead : IPooling
{
    /// <summary>Lower clamp of GeM, as in the reference networks.</summary>
    public const float GemEpsilon = 1e-6f;

    private readonly HeadDescription _description;
    private readonly Parameter? _exponent;
    private float _scaleExponent = 1;
    private int _readVersion = -1;

    public PoolingHead(ParameterSet parameters, HeadDescription description, int channels)
    {
        description.Validate();
        _description = description;
        OutputDimension = channels;
        if (description.Pooling is PoolingKind.Gem or PoolingKind.GemPerChannel)
            _exponent = parameters.Add("pool.p", description.LearnExponent ? ParameterRole.PoolExponent : ParameterRole.Statistic,
                new Shape(description.Pooling == PoolingKind.Gem ? 1 : channels), description.Exponent);
    }

    /// <inheritdoc/>
    public int OutputDimension { get; }

    /// <summary>See <see cref="IPooling.ScaleExponent"/>; waits for the device when the exponent has changed.</summary>
    public float ScaleExponent
    {
        get
        {
            if (_description.Pooling == PoolingKind.Gem && _readVersion != _exponent!.Version)
            {
                _exponent.Value.Download(new Span<float>(ref _scaleExponent));
                _readVersion = _exponent.Version;
            }
            return _scaleExponent;
        }
    }

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Pass pass)
    {
        var y = pass.Device.Rent(new Shape(map.Shape[0], map.Shape[3]));
        var argmax = Tensor.None;
        switch (_description.Pooling)
        {
            case PoolingKind.Mac:
                argmax = pass.Keeps ? pass.Device.Rent(y.Shape, ElementType.Int32) : Tensor.None;
                pass.Operators.MacPool(map, y, argmax);
                break;
            case PoolingKind.Spoc:
                pass.Operators.SpocPool(map, y);
                break;
            default:
                pass.Operators.GemPool(map, _exponent!.Value, GemEpsilon, y);
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
        switch (_description.Pooling)
        {
            case PoolingKind.Mac:
                pass.Operators.MacPoolBackward(dy, argmax, dMap);
                break;
            case PoolingKind.Spoc:
                pass.Operators.SpocPoolBackward(dy, dMap);
                break;
            default:
                pass.Operators.GemPoolBackward(map, y, dy, _exponent!.Value, GemEpsilon, dMap, _exponent.Gradient);
                break;
        }
        return dMap;
    }
}
