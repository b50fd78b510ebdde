using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string ReluModule = "relu";

    public void Relu(Tensor x, Tensor y)
    {
        var variant = Vectorised(x.Type, x.Count, x.Address, y.Address);
        var packs = x.Count / Width(variant);
        Launch(ReluModule, "relu_forward", variant, GridOver(packs), new ReluForward(x.Address, y.Address, packs));
    }

    public void ReluBackward(Tensor y, Tensor dy, Tensor dx)
    {
        var variant = Vectorised(y.Type, y.Count, y.Address, dy.Address, dx.Address);
        var packs = y.Count / Width(variant);
        Launch(ReluModule, "relu_backward", variant, GridOver(packs), new ReluBackward(y.Address, dy.Address, dx.Address, packs));
    }
}
