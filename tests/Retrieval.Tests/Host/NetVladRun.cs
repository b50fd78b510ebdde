using Retrieval.Host;

namespace Retrieval.Tests.Host;

/// <summary>NetVLAD with its tensors: one forward and one backward pass.</summary>
internal sealed class NetVladRun
{
    private readonly Device _device;

    public NetVladRun(Device device, Tensor x, NetVladWeights weights, bool normalize)
    {
        (_device, X, Weights) = (device, x, weights);
        State = NetVladState.Rent(x, weights, normalize);
        Y = device.Rent(new Shape(x.Shape[0], weights.Centroids.Shape[0] * x.Shape[3]));
        Dx = device.Rent(x.Shape, x.Type);
        Gradients = new NetVladWeights(Zeros(weights.Assignment), Zeros(weights.Bias), Zeros(weights.Centroids));
    }

    public Tensor X { get; }

    public NetVladWeights Weights { get; }

    public NetVladState State { get; }

    public Tensor Y { get; }

    public Tensor Dx { get; }

    public NetVladWeights Gradients { get; }

    public void Forward() => _device.Operators.NetVlad(X, Weights, State, Y);

    public void Backward(Tensor dy) => _device.Operators.NetVladBackward(X, Weights, State, Y, dy, Dx, Gradients);

    private Tensor Zeros(Tensor like)
    {
        if (like.IsNone)
            return Tensor.None;
        var tensor = _device.Rent(like.Shape);
        tensor.Upload<float>(new float[like.Count]);
        return tensor;
    }
}
