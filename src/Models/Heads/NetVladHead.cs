using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>
/// NetVLAD pooling of an activation map [N, H, W, C] to unit vectors [N, K C] (CVPR 2016). Parameters <c>pool.conv.weight</c> [K + G, C, 1, 1] in files,
/// <c>pool.conv.bias</c> [K + G] and <c>pool.centroids</c> [K, C]; of VLAD none is trained. They start from clustered local descriptors: with all
/// centres zero the pooling tells nothing apart.
/// </summary>
public sealed class NetVladHead : IPooling
{
    private readonly Parameter _weights, _bias, _centroids;

    public NetVladHead(ParameterSet parameters, HeadDescription description, int channels)
    {
        description.Validate();
        OutputDimension = description.PooledDimension(channels);
        var isLearnt = description.Pooling == PoolingKind.NetVlad;
        var all = description.Clusters + description.Ghosts;
        _weights = parameters.Add("pool.conv.weight", ParameterRole.Convolution, new Shape(all, 1, 1, channels));
        _bias = parameters.Add("pool.conv.bias", ParameterRole.Bias, new Shape(all));
        _centroids = parameters.Add("pool.centroids", ParameterRole.Linear, new Shape(description.Clusters, channels));
        if (isLearnt)
            return;
        foreach (var parameter in (Parameter[])[_weights, _bias, _centroids])
            parameter.Freeze();
    }

    /// <inheritdoc/>
    public int OutputDimension { get; }

    /// <inheritdoc/>
    public float ScaleExponent => 1;

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Pass pass)
    {
        var weights = Values();
        var state = NetVladState.Rent(map, weights, normalizeLocations: true);
        var y = pass.Device.Rent(new Shape(map.Shape[0], OutputDimension));
        pass.Operators.NetVlad(map, weights, state, y);
        pass.Save(map);
        pass.Save(y);
        foreach (var tensor in (ReadOnlySpan<Tensor>)[state.Scales, state.Assignment, state.Mass, state.Norms])
        {
            pass.Save(tensor);
            pass.Release(tensor);
        }
        return y;
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        Tensor norms = pass.Restore(), mass = pass.Restore(), assignment = pass.Restore(), scales = pass.Restore(), y = pass.Restore(), map = pass.Restore();
        var dMap = pass.Device.RentMap(map.Shape);
        pass.Operators.NetVladBackward(map, Values(), new NetVladState(scales, assignment, mass, norms), y, dy, dMap, Gradients());
        return dMap;
    }

    private NetVladWeights Values() => new(Rows(_weights.Value), _bias.Value, _centroids.Value);

    private NetVladWeights Gradients() => new(Rows(_weights.Gradient), _bias.Gradient, _centroids.Gradient);

    /// <summary>Weights of a 1 x 1 convolution as a matrix; none stays none.</summary>
    private static Tensor Rows(Tensor weights) => weights.IsNone ? weights : weights.Reshape(new Shape(weights.Shape[0], weights.Shape[3]));
}
