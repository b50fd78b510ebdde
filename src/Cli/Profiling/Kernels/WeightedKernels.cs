using Retrieval.Host;
using Retrieval.Host.Diagnostics;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Kernels of weighted and regional pooling: the last maps of ResNet-50 in training, and the regions of one large image.</summary>
internal static class WeightedKernels
{
    private const float Exponent = 3;

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        Shape batch = new(sizes.Of(256, 2), sizes.Of(7, 3), sizes.Of(7, 3), sizes.Of(2048, 32)), large = new(1, sizes.Of(24, 4), sizes.Of(32, 4), sizes.Of(2048, 32));
        foreach (var type in (ElementType[])[ElementType.BFloat16, ElementType.Float32])
        {
            foreach (var item in (KernelCase[])[Taps(batch, type), TapsBackward(batch, type), Pool(batch, type), PoolBackward(batch, type), RegionMax(large, type), RegionMaxBackward(large, type), Crow(large, type)])
                yield return item;
        }
        yield return Softmax(batch);
        yield return SoftmaxBackward(batch);
        yield return Multiply(new Shape(sizes.Of(256, 8), sizes.Of(2048, 33)));
    }

    private static Shape TapsOf(Shape map) => new(map[0], map[1], map[2], Operators.MaskTapCount);

    private static Shape MaskOf(Shape map) => new(1, map[0], map[1], map[2]);

    private static Shape Pooled(Shape map) => new(map[0], map.Last);

    private static KernelCase Passes(string kernel, Shape map, ElementType type, int maps, long floats, Func<KernelTensors, Action> prepare) =>
        new(kernel, type, map, new Work((maps * map.Count * type.ByteSize()) + (sizeof(float) * floats)), prepare);

    private static KernelCase Taps(Shape map, ElementType type) => Passes("wgem_mask taps", map, type, 1, TapsOf(map).Count + (9 * map.Last), tensors =>
    {
        Tensor x = tensors.Random(map, type), w = tensors.Random(new Shape(1, 3, 3, map.Last)), taps = tensors.Empty(TapsOf(map));
        return () => tensors.Operators.MaskTaps(x, w, taps);
    });

    private static KernelCase TapsBackward(Shape map, ElementType type) => Passes("wgem_mask taps_backward", map, type, 3, TapsOf(map).Count + (27 * map.Last), tensors =>
    {
        Tensor x = tensors.Random(map, type), w = tensors.Random(new Shape(1, 3, 3, map.Last)), taps = tensors.Random(TapsOf(map)), dx = tensors.Random(map, type), dw = tensors.Zeros(w.Shape);
        return () => tensors.Operators.MaskTapsBackward(x, w, taps, dx, dw);
    });

    private static KernelCase Softmax(Shape map) => Passes("wgem_mask softmax", map, ElementType.Float32, 0, TapsOf(map).Count + MaskOf(map).Count, tensors =>
    {
        Tensor taps = tensors.Random(TapsOf(map)), mask = tensors.Empty(MaskOf(map));
        return () => tensors.Operators.MaskSoftmax(taps, null, own: false, mask);
    });

    private static KernelCase SoftmaxBackward(Shape map) => Passes("wgem_mask softmax_backward", map, ElementType.Float32, 0, TapsOf(map).Count + (3 * MaskOf(map).Count), tensors =>
    {
        Tensor taps = tensors.Empty(TapsOf(map)), mask = tensors.Constant(MaskOf(map), 1f / (map[1] * map[2])), shares = tensors.Random(MaskOf(map));
        return () => tensors.Operators.MaskSoftmaxBackward(mask, shares, null, own: false, taps);
    });

    private static KernelCase Pool(Shape map, ElementType type) => Passes("wgem_pool forward", map, type, 1, Pooled(map).Count + MaskOf(map).Count, tensors =>
    {
        Tensor x = tensors.Random(map, type), mask = tensors.Constant(MaskOf(map), 1f / (map[1] * map[2])), p = tensors.Constant(new Shape(1), Exponent), y = tensors.Empty(Pooled(map));
        return () => tensors.Operators.WeightedPool(x, null, mask, p, PoolingHead.GemEpsilon, y);
    });

    private static KernelCase PoolBackward(Shape map, ElementType type) => Passes("wgem_pool backward", map, type, 2, (2 * Pooled(map).Count) + (2 * MaskOf(map).Count), tensors =>
    {
        Tensor x = tensors.Random(map, type), mask = tensors.Constant(MaskOf(map), 1f / (map[1] * map[2])), p = tensors.Constant(new Shape(1), Exponent), y = tensors.Empty(Pooled(map));
        Tensor dy = tensors.Random(Pooled(map)), dx = tensors.Empty(map, type), shares = tensors.Empty(MaskOf(map)), dp = tensors.Zeros(p.Shape);
        tensors.Operators.WeightedPool(x, null, mask, p, PoolingHead.GemEpsilon, y);
        return () => tensors.Operators.WeightedPoolBackward(x, null, mask, y, dy, p, PoolingHead.GemEpsilon, dx, shares, dp);
    });

    private static KernelCase RegionMax(Shape map, ElementType type) => Passes("region_max forward", map, type, 1, 2 * Pooled(map).Count, tensors =>
    {
        var regions = tensors.Regions(map);
        Tensor x = tensors.Random(map, type), y = tensors.Empty(new Shape(regions.Count * map[0], map.Last)), argmax = tensors.Empty(y.Shape, ElementType.Int32);
        return () => tensors.Operators.RegionMaxPool(x, regions, y, argmax);
    });

    private static KernelCase RegionMaxBackward(Shape map, ElementType type) => Passes("region_max backward", map, type, 1, 2 * Pooled(map).Count, tensors =>
    {
        var regions = tensors.Regions(map);
        Tensor x = tensors.Random(map, type), y = tensors.Empty(new Shape(regions.Count * map[0], map.Last)), argmax = tensors.Empty(y.Shape, ElementType.Int32);
        tensors.Operators.RegionMaxPool(x, regions, y, argmax);
        return () => tensors.Operators.RegionMaxPoolBackward(y, argmax, regions, x);
    });

    private static KernelCase Crow(Shape map, ElementType type) => Passes("crow weights", map, type, 1, Pooled(map).Count + MaskOf(map).Count, tensors =>
    {
        Tensor x = tensors.Random(map, type), positions = tensors.Empty(MaskOf(map)), channels = tensors.Empty(Pooled(map));
        return () => tensors.Operators.CrowWeights(x, positions, channels);
    });

    private static KernelCase Multiply(Shape rows) => Passes("elementwise multiply", rows, ElementType.Float32, 3, 0, tensors =>
    {
        Tensor x = tensors.Random(rows), y = tensors.Empty(rows);
        return () => tensors.Operators.Multiply(x, x, y);
    });
}
