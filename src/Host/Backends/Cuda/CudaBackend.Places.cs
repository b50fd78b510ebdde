using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>Operators that make a map position by position.</summary>
internal sealed unsafe partial class CudaBackend
{
    private const string MaxPoolModule = "max_pool";
    private const int PlaceThreads = 256;

    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax)
    {
        var variant = Vectorised(x.Type, x.Shape[3], x.Address, y.Address, argmax.Address);
        var (rows, segments, shape) = Places(y.Shape, variant);
        var g = geometry;
        Launch(MaxPoolModule, "max_pool_forward", variant, shape, new MaxPoolForward(x.Address, y.Address, argmax.Address, rows, segments,
            x.Shape[1], x.Shape[2], x.Shape[3], y.Shape[1], y.Shape[2], g.KernelHeight, g.KernelWidth, g.Stride, g.Padding, g.Dilation));
    }

    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx)
    {
        var variant = Vectorised(dx.Type, dx.Shape[3], dy.Address, argmax.Address, dx.Address);
        var (rows, segments, shape) = Places(dx.Shape, variant);
        var g = geometry;
        Launch(MaxPoolModule, "max_pool_backward", variant, shape, new MaxPoolBackward(dy.Address, argmax.Address, dx.Address, rows, segments,
            dx.Shape[1], dx.Shape[2], dx.Shape[3], dy.Shape[1], dy.Shape[2], g.KernelHeight, g.KernelWidth, g.Stride, g.Padding, g.Dilation));
    }

    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y)
    {
        var variant = Vectorised(x.Type, x.Shape[3], x.Address, y.Address);
        var (rows, segments, shape) = Places(y.Shape, variant);
        Launch("resize", "resize_bilinear", variant, shape, new ResizeBilinear(x.Address, y.Address, rows, segments,
            x.Shape[1], x.Shape[2], x.Shape[3], y.Shape[1], y.Shape[2], scaleY, scaleX));
    }

    /// <summary>How a map [N, H, W, C] is walked (places.cuh): its rows, the pieces of each, and a block for every piece.</summary>
    private static (long Rows, int Segments, LaunchShape Shape) Places(Shape map, KernelVariant variant)
    {
        // Within a row the kernel counts packs in 32 bits.
        var packs = checked(map[2] * (map[3] / Width(variant)));
        var rows = (long)map[0] * map[1];
        var segments = (packs / PlaceThreads) + (packs % PlaceThreads > 0 ? 1 : 0);
        return (rows, segments, new LaunchShape(Math.Min(rows * segments, int.MaxValue), PlaceThreads));
    }
}
