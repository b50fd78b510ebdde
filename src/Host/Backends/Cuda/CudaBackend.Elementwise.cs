using Retrieval.Host.Backends.Cuda.Parameters;
using static Retrieval.Host.Interop.Cuda.CudaDriver;
using static Retrieval.Host.Interop.Cuda.CudaStatus;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string ReluModule = "relu";

    public void Fill(Tensor x, float value)
    {
        if (x.Count == 0)
            return;
        lock (_context.Queue)
        {
            _context.Enter();
            if (x.Type == ElementType.BFloat16)
                Check(cuMemsetD16Async(x.Address, ((BFloat16)value).Bits, (nuint)x.Count, _compute));
            else
                Check(cuMemsetD32Async(x.Address, BitConverter.SingleToUInt32Bits(value), (nuint)x.Count, _compute));
        }
    }

    private void Zero(Tensor x)
    {
        lock (_context.Queue)
        {
            _context.Enter();
            Check(cuMemsetD32Async(x.Address, 0, (nuint)(x.ByteCount / sizeof(uint)), _compute));
        }
    }

    public void Copy(Tensor source, Tensor target)
    {
        if (source.Count == 0)
            return;
        lock (_context.Queue)
        {
            _context.Enter();
            Check(cuMemcpyDtoDAsync_v2(target.Address, source.Address, (nuint)source.ByteCount, _compute));
        }
    }

    public void Cast(Tensor x, Tensor y)
    {
        var variant = Vectorised(ElementType.BFloat16, x.Count, x.Address, y.Address);
        var packs = x.Count / Width(variant);
        Launch("cast", x.Type == ElementType.Float32 ? "cast_narrow" : "cast_widen", variant, GridOver(packs), new Cast(x.Address, y.Address, packs));
    }

    public void AddScaled(float alpha, Tensor x, float beta, Tensor y)
    {
        var variant = Vectorised(x.Type, x.Count, x.Address, y.Address);
        var packs = x.Count / Width(variant);
        Launch("elementwise", "add_scaled", variant, GridOver(packs), new AddScaled(x.Address, y.Address, packs, alpha, beta));
    }

    public void Multiply(Tensor x, Tensor factors, Tensor y)
    {
        var variant = Vectorised(ElementType.Float32, x.Count, x.Address, factors.Address, y.Address);
        var packs = x.Count / Width(variant);
        Launch("elementwise", "multiply", variant, GridOver(packs), new Multiply(x.Address, factors.Address, y.Address, packs));
    }

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
