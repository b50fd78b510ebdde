using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>Kernels that pass over activation maps: [256, 56, 56, 256] is ResNet-50's largest in training.</summary>
internal static class MapKernels
{
    private const float Epsilon = 1e-5f;

    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        var map = new Shape(sizes.Of(256, 1), sizes.Of(56, 4), sizes.Of(56, 4), sizes.Of(256, 32));
        foreach (var type in (ElementType[])[ElementType.BFloat16, ElementType.Float32])
            foreach (var item in (KernelCase[])[AddScaled(map, type), Relu(map, type), ReluBackward(map, type), ColumnSum(map, type), ScaleShift(map, type),
                Residual(map, type), BatchNorm(map, type), BatchNormBackward(map, type), Ibn(sizes, type), IbnBackward(sizes, type), .. MaxPool(sizes, type)])
                yield return item;
        yield return Cast(map, ElementType.Float32, ElementType.BFloat16);
        yield return Cast(map, ElementType.BFloat16, ElementType.Float32);
        yield return Resize(sizes);
    }

    /// <summary>A case that reads and writes so many maps.</summary>
    private static KernelCase Passes(string kernel, Shape map, ElementType type, int maps, Func<KernelTensors, Action> prepare) =>
        new(kernel, type, map, new Work(maps * map.Count * type.ByteSize()), prepare);

    private static KernelCase AddScaled(Shape map, ElementType type) => Passes("elementwise", map, type, 3, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Random(map, type);
        return () => tensors.Operators.AddScaled(0.5f, x, 0.5f, y);
    });

    private static KernelCase Relu(Shape map, ElementType type) => Passes("relu forward", map, type, 2, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Empty(map, type);
        return () => tensors.Operators.Relu(x, y);
    });

    private static KernelCase ReluBackward(Shape map, ElementType type) => Passes("relu backward", map, type, 3, tensors =>
    {
        Tensor y = tensors.Random(map, type), dy = tensors.Random(map, type), dx = tensors.Empty(map, type);
        return () => tensors.Operators.ReluBackward(y, dy, dx);
    });

    private static KernelCase ColumnSum(Shape map, ElementType type) => Passes("column_sum", map, type, 1, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Empty(new Shape(map.Last));
        return () => tensors.Operators.ColumnSum(x, y);
    });

    private static KernelCase ScaleShift(Shape map, ElementType type) => Passes("scale_shift", map, type, 2, tensors =>
    {
        Tensor x = tensors.Random(map, type), y = tensors.Empty(map, type), channel = tensors.Random(new Shape(map.Last));
        return () => tensors.Operators.ScaleShift(x, channel, channel, Tensor.None, relu: true, y);
    });

    private static KernelCase Residual(Shape map, ElementType type) => Passes("scale_shift residual", map, type, 3, tensors =>
    {
        Tensor x = tensors.Random(map, type), residual = tensors.Random(map, type), y = tensors.Empty(map, type), channel = tensors.Random(new Shape(map.Last));
        return () => tensors.Operators.ScaleShift(x, channel, channel, residual, relu: true, y);
    });

    /// <summary>Moments, then scale_shift.</summary>
    private static KernelCase BatchNorm(Shape map, ElementType type) => Passes("batch_norm forward", map, type, 3, tensors =>
    {
        var channels = new Shape(map.Last);
        Tensor x = tensors.Random(map, type), y = tensors.Empty(map, type), gamma = tensors.Constant(channels, 1), beta = tensors.Zeros(channels);
        Tensor mean = tensors.Empty(channels), invStd = tensors.Empty(channels);
        return () => tensors.Operators.BatchNormTraining(x, gamma, beta, Tensor.None, Tensor.None, 0.1f, Epsilon, Tensor.None, relu: true, y, mean, invStd);
    });

    /// <summary>Sums over x, y and dy, then dx from the same three.</summary>
    private static KernelCase BatchNormBackward(Shape map, ElementType type) => Passes("batch_norm backward", map, type, 7, tensors =>
    {
        var channels = new Shape(map.Last);
        Tensor x = tensors.Random(map, type), y = tensors.Random(map, type), dy = tensors.Random(map, type), dx = tensors.Empty(map, type);
        Tensor gamma = tensors.Constant(channels, 1), mean = tensors.Zeros(channels), dGamma = tensors.Zeros(channels), dBeta = tensors.Zeros(channels);
        return () => tensors.Operators.BatchNormTrainingBackward(x, y, dy, gamma, mean, gamma, dx, Tensor.None, dGamma, dBeta);
    });

    /// <summary>The map that ResNet-50-IBN-a's first stage normalises so: half of the channels by image, half by batch. Moments, then the map again.</summary>
    private static KernelCase Ibn(KernelSizes sizes, ElementType type) => Passes("instance_norm forward", InstanceMap(sizes), type, 3, tensors =>
    {
        var map = InstanceMap(sizes);
        Tensor x = tensors.Random(map, type), y = tensors.Empty(map, type), one = tensors.Constant(new Shape(map[3] / 2), 1), mean = tensors.Empty(new Shape(map[0], map[3]));
        var (tail, invStd) = (new BatchNormTail(one, one, Tensor.None, Tensor.None, Stored: false), tensors.Empty(mean.Shape));
        return () => tensors.Operators.InstanceNorm(x, one, one, tail, Epsilon, relu: true, y, mean, invStd);
    });

    /// <summary>Sums over x, y and dy, then dx from the same three.</summary>
    private static KernelCase IbnBackward(KernelSizes sizes, ElementType type) => Passes("instance_norm backward", InstanceMap(sizes), type, 7, tensors =>
    {
        var map = InstanceMap(sizes);
        Tensor x = tensors.Random(map, type), y = tensors.Random(map, type), dy = tensors.Random(map, type), dx = tensors.Empty(map, type);
        Tensor one = tensors.Constant(new Shape(map[3] / 2), 1), sum = tensors.Zeros(one.Shape), table = tensors.Constant(new Shape(map[0], map[3]), 1);
        var tail = new BatchNormTail(one, one, Tensor.None, Tensor.None, Stored: false);
        return () => tensors.Operators.InstanceNormBackward(x, y, dy, one, tail, table, table, dx, sum, sum, sum, sum);
    });

    private static Shape InstanceMap(KernelSizes sizes) => new(sizes.Of(256, 2), sizes.Of(56, 4), sizes.Of(56, 4), sizes.Of(64, 16));

    private static KernelCase[] MaxPool(KernelSizes sizes, ElementType type)
    {
        var map = new Shape(sizes.Of(256, 1), sizes.Of(112, 8), sizes.Of(112, 8), sizes.Of(64, 8));
        var window = ConvolutionGeometry.Square(3, stride: 2, padding: 1);
        var pooled = window.OutputShape(map, map.Last);
        var work = new Work(((map.Count + pooled.Count) * type.ByteSize()) + (sizeof(int) * pooled.Count));
        return
        [
            new KernelCase("max_pool forward", type, map, work, tensors =>
            {
                Tensor x = tensors.Random(map, type), y = tensors.Empty(pooled, type), argmax = tensors.Empty(pooled, ElementType.Int32);
                return () => tensors.Operators.MaxPool(x, window, y, argmax);
            }),
            new KernelCase("max_pool backward", type, map, work, tensors =>
            {
                Tensor x = tensors.Random(map, type), y = tensors.Empty(pooled, type), argmax = tensors.Empty(pooled, ElementType.Int32);
                tensors.Operators.MaxPool(x, window, y, argmax);
                return () => tensors.Operators.MaxPoolBackward(y, argmax, window, x);
            }),
        ];
    }

    private static KernelCase Cast(Shape map, ElementType from, ElementType to) =>
        new(to == ElementType.BFloat16 ? "cast narrow" : "cast widen", ElementType.BFloat16, map, new Work(map.Count * (from.ByteSize() + to.ByteSize())), tensors =>
        {
            Tensor x = tensors.Random(map, from), y = tensors.Empty(map, to);
            return () => tensors.Operators.Cast(x, y);
        });

    private static KernelCase Resize(KernelSizes sizes)
    {
        Shape large = new(sizes.Of(16, 1), sizes.Of(1024, 16), sizes.Of(1024, 16), 3), small = new(large[0], sizes.Of(724, 11), sizes.Of(724, 11), 3);
        var scale = (float)small[1] / large[1];
        return new KernelCase("resize", ElementType.Float32, large, new Work((large.Count + small.Count) * sizeof(float)), tensors =>
        {
            Tensor x = tensors.Random(large), y = tensors.Empty(small);
            return () => tensors.Operators.ResizeBilinear(x, scale, scale, y);
        });
    }
}
