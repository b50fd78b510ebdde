using Retrieval.Host;
using Retrieval.Host.Diagnostics;

namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>
/// NetVLAD of VGG-16's maps of 640 x 480 photographs. The operator is made of kernels of three files: besides the published size, where products with the map
/// prevail, it is timed where the assignment does, few channels and many clusters, and where the residuals do, few locations.
/// </summary>
internal static class NetVladKernels
{
    public static IEnumerable<KernelCase> Cases(KernelSizes sizes)
    {
        Shape published = new(sizes.Of(32, 2), sizes.Of(40, 3), sizes.Of(30, 3), sizes.Of(512, 16));
        Shape narrow = new(sizes.Of(32, 2), sizes.Of(40, 3), sizes.Of(30, 3), 8), small = new(sizes.Of(256, 2), 2, 2, sizes.Of(512, 16));
        foreach (var type in (ElementType[])[ElementType.BFloat16, ElementType.Float32])
            foreach (var (kernel, map, clusters) in new[] { ("netvlad_product", published, sizes.Of(64, 4)), ("netvlad_assign", narrow, sizes.Of(512, 8)), ("netvlad_residual", small, sizes.Of(64, 4)) })
            {
                yield return Forward(kernel, map, type, clusters);
                yield return Backward(kernel, map, type, clusters);
            }
    }

    private static KernelCase Forward(string kernel, Shape map, ElementType type, int clusters) =>
        new($"{kernel} forward", type, map, new Work(Bytes(map, type, clusters, maps: 1), 4 * map.Count * clusters), tensors =>
        {
            var (x, weights, state, y) = Tensors(tensors, map, type, clusters);
            return () => tensors.Operators.NetVlad(x, weights, state, y);
        });

    private static KernelCase Backward(string kernel, Shape map, ElementType type, int clusters) =>
        new($"{kernel} backward", type, map, new Work(Bytes(map, type, clusters, maps: 2), 8 * map.Count * clusters), tensors =>
        {
            var (x, weights, state, y) = Tensors(tensors, map, type, clusters);
            Tensor dy = tensors.Random(y.Shape), dx = tensors.Empty(map, type);
            var gradients = new NetVladWeights(tensors.Zeros(weights.Assignment.Shape), Tensor.None, tensors.Zeros(weights.Centroids.Shape));
            tensors.Operators.NetVlad(x, weights, state, y);
            return () => tensors.Operators.NetVladBackward(x, weights, state, y, dy, dx, gradients);
        });

    /// <summary>Maps, the assignment of each location, and the result of each image once.</summary>
    private static long Bytes(Shape map, ElementType type, int clusters, int maps) =>
        (maps * map.Count * type.ByteSize()) + (sizeof(float) * clusters * (map.Rows + ((long)map[0] * map.Last)));

    private static (Tensor X, NetVladWeights Weights, NetVladState State, Tensor Y) Tensors(KernelTensors tensors, Shape map, ElementType type, int clusters)
    {
        var rows = new Shape(clusters, map.Last);
        var weights = new NetVladWeights(tensors.Random(rows), Tensor.None, tensors.Random(rows));
        var state = new NetVladState(tensors.Empty(new Shape(map[0], map[1], map[2])), tensors.Empty(new Shape(map[0], map[1], map[2], clusters)),
            tensors.Empty(new Shape(map[0], clusters)), tensors.Empty(new Shape(map[0], clusters)));
        return (tensors.Random(map, type), weights, state, tensors.Empty(new Shape(map[0], clusters * map.Last)));
    }
}
