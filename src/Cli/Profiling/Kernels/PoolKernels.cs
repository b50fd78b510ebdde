using Retrieval.Host;
using Retrieval.Host.Diagnostics;
using Retrieval.Models.Heads;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Kernels that make descriptors of maps: [256, 7, 7, 2048] is ResNet-50's last in training, [1, 24, 32, 2048] that of one large image.</summary>
internal static class PoolKernels
{
    private const float Exponent = 3;

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        Shape batch = new(sizes.Of(256, 2), sizes.Of(7, 3), sizes.Of(7, 3), sizes.Of(2048, 32)), large = new(1, sizes.Of(24, 4), sizes.Of(32, 4), sizes.Of(2048, 32));
        foreach (var type in (ElementType[])[ElementType.BFloat16, ElementType.Float32])
            foreach (var map in (Shape[])[batch, large])
                foreach (var item in (KernelCase[])[Gem(map, type), GemBackward(map, type), Mac(map, type), MacBackward(map, type), Spoc(map, type), SpocBackward(map, type)])
                    yield return item;
        foreach (var rows in (Shape[])[new(sizes.Of(1_000_000, 64), sizes.Of(512, 16)), new(sizes.Of(256, 8), sizes.Of(2048, 16))])
        {
            yield return Normalize(rows);
            yield return NormalizeBackward(rows);
        }
        yield return AggregateScales(new Shape(3, sizes.Of(100_000, 16), sizes.Of(2048, 16)));
    }

    private static Shape Pooled(Shape map) => new(map[0], map.Last);

    /// <summary>A case that reads or writes so many maps, and so many float32 values a pooled one.</summary>
    private static KernelCase Passes(string kernel, Shape map, ElementType type, int maps, int pooled, Func<KernelTensors, Action> prepare) =>
        new(kernel, type, map, new Work((maps * map.Count * type.ByteSize()) + (pooled * sizeof(float) * Pooled(map).Count)), prepare);

    private static KernelCase Gem(Shape map, ElementType type) => Passes("gem_pool forward", map, type, 1, 1, tensors =>
    {
        Tensor x = tensors.Random(map, type), p = tensors.Constant(new Shape(1), Exponent), y = tensors.Empty(Pooled(map));
        return () => tensors.Operators.GemPool(x, p, PoolingHead.GemEpsilon, y);
    });

    private static KernelCase GemBackward(Shape map, ElementType type) => Passes("gem_pool backward", map, type, 2, 2, tensors =>
    {
        Tensor x = tensors.Random(map, type), p = tensors.Constant(new Shape(1), Exponent), y = tensors.Empty(Pooled(map)), dy = tensors.Random(Pooled(map));
        Tensor dx = tensors.Empty(map, type), dp = tensors.Zeros(p.Shape);
        tensors.Operators.GemPool(x, p, PoolingHead.GemEpsilon, y);
        return () => tensors.Operators.GemPoolBackward(x, y, dy, p, PoolingHead.GemEpsilon, dx, dp);
    });

    private static KernelCase Mac(Shape map, ElementType type) => Passes("mac_pool forward", map, type, 1, 2, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Empty(Pooled(map)), argmax = tensors.Empty(Pooled(map), ElementType.Int32);
        return () => tensors.Operators.MacPool(x, y, argmax);
    });

    private static KernelCase MacBackward(Shape map, ElementType type) => Passes("mac_pool backward", map, type, 1, 2, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Empty(Pooled(map)), argmax = tensors.Empty(Pooled(map), ElementType.Int32);
        tensors.Operators.MacPool(x, y, argmax);
        return () => tensors.Operators.MacPoolBackward(y, argmax, x);
    });

    private static KernelCase Spoc(Shape map, ElementType type) => Passes("spoc_pool forward", map, type, 1, 1, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Empty(Pooled(map));
        return () => tensors.Operators.SpocPool(x, y);
    });

    private static KernelCase SpocBackward(Shape map, ElementType type) => Passes("spoc_pool backward", map, type, 1, 1, tensors =>
    {
        Tensor dx = tensors.Empty(map, type), dy = tensors.Random(Pooled(map));
        return () => tensors.Operators.SpocPoolBackward(dy, dx);
    });

    private static KernelCase Normalize(Shape rows) => new("l2_normalize forward", ElementType.Float32, rows, new Work(2 * sizeof(float) * rows.Count), tensors =>
    {
        Tensor x = tensors.Random(rows), y = tensors.Empty(rows), norms = tensors.Empty(new Shape(rows[0]));
        return () => tensors.Operators.L2Normalize(x, 1e-6f, y, norms);
    });

    private static KernelCase NormalizeBackward(Shape rows) => new("l2_normalize backward", ElementType.Float32, rows, new Work(3 * sizeof(float) * rows.Count), tensors =>
    {
        Tensor y = tensors.Random(rows), dy = tensors.Random(rows), dx = tensors.Empty(rows), norms = tensors.Constant(new Shape(rows[0]), 1);
        return () => tensors.Operators.L2NormalizeBackward(y, norms, dy, 1e-6f, dx);
    });

    private static KernelCase AggregateScales(Shape scales) =>
        new("aggregate_scales", ElementType.Float32, scales, new Work(sizeof(float) * (scales.Count + (scales.Count / scales[0]))), tensors =>
        {
            Tensor x = tensors.Random(scales), y = tensors.Empty(new Shape(scales[1], scales[2]));
            return () => tensors.Operators.AggregateScales(x, Exponent, y);
        });
}
