namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y)
    {
        using var call = Begin(nameof(NetVlad), OperatorWork.NetVlad(x, weights, state, y), x);
        inner.NetVlad(x, weights, state, y);
    }

    public void NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients)
    {
        using var call = Begin(nameof(NetVladBackward), OperatorWork.NetVladBackward(x, weights, state, y, dy, dx, gradients), x);
        inner.NetVladBackward(x, weights, state, y, dy, dx, gradients);
    }
}
