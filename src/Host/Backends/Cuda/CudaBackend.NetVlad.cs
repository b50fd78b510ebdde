using Retrieval.Host.Backends.Cuda.Parameters;

namespace Retrieval.Host.Backends.Cuda;

internal sealed unsafe partial class CudaBackend
{
    private const string NetVladProductModule = "netvlad_product", NetVladAssignModule = "netvlad_assign", NetVladResidualModule = "netvlad_residual";

    // The tiles of netvlad_product.cu, and the blocks of the others.
    private const int TileSide = 64, TileThreads = 128, AssignThreads = 128, WarpSize = 32, MassThreads = 256, MassClusters = 32, ResidualThreads = 128;

    public void NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y)
    {
        var extent = new NetVladExtent(x, weights);
        int clusters = extent.Clusters, channels = extent.Channels, rows = checked(extent.Images * clusters);
        Logits(x, extent, weights.Assignment.Address, 0, state.Assignment.Address);
        Launch(NetVladAssignModule, "netvlad_assign", Vectorised(x.Type, channels, x.Address), Warps(extent.Locations),
            new NetVladAssign(x.Address, weights.Bias.Address, state.Assignment.Address, state.Scales.Address, extent.Locations, channels, extent.All));
        Launch(NetVladAssignModule, "netvlad_mass", KernelVariant.None, new LaunchShape((long)extent.Images * ((clusters + MassClusters - 1) / MassClusters), MassThreads),
            new NetVladMass(state.Assignment.Address, state.Mass.Address, extent.Positions, clusters, extent.All));
        Aggregate(x, extent, state.Assignment.Address, state.Scales.Address, y.Address, clusters);
        Launch(NetVladResidualModule, "netvlad_residuals", KernelVariant.None, new LaunchShape(rows, ResidualThreads),
            new NetVladResiduals(state.Mass.Address, weights.Centroids.Address, y.Address, state.Norms.Address, clusters, channels));
        Launch(NetVladResidualModule, "netvlad_normalize", KernelVariant.None, new LaunchShape(rows, ResidualThreads), new NetVladNormalize(state.Norms.Address, y.Address, clusters, channels));
    }

    public void NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients)
    {
        var extent = new NetVladExtent(x, weights);
        int images = extent.Images, all = extent.All, channels = extent.Channels;
        Tensor dv = Workspace(new Shape(images, all, channels)), dz = Workspace(new Shape(extent.Locations, all));
        Tensor g = Workspace(new Shape(images, all)), along = state.Scales.IsNone ? Tensor.None : Workspace(new Shape(extent.Locations));
        Tensor Workspace(Shape shape) => x.Device.Rent(shape, purpose: MemoryPurpose.Workspace);

        ResidualsBackward(extent, weights, state, y, dy, dv, g);
        if (!gradients.Centroids.IsNone)
            Launch(NetVladResidualModule, "netvlad_centroids", KernelVariant.None, GridOver(gradients.Centroids.Count),
                new NetVladCentroids(state.Mass.Address, dv.Address, gradients.Centroids.Address, images, extent.Clusters, all, channels));
        Logits(x, extent, dv.Address, (long)all * channels, dz.Address);
        Launch(NetVladAssignModule, "netvlad_assign_backward", KernelVariant.None, Warps(extent.Locations), new NetVladAssignBackward(state.Assignment.Address, state.Scales.Address,
            weights.Bias.Address, g.Address, dz.Address, along.Address, extent.Locations, extent.Positions, all));
        var map = new NetVladMap(state.Assignment.Address, dz.Address, dv.Address, weights.Assignment.Address, state.Scales.Address, along.Address, x.Address, dx.Address,
            extent.Positions, channels, all, Aligned(all, state.Assignment.Address, dz.Address), Aligned(channels, dv.Address, weights.Assignment.Address));
        Launch(NetVladProductModule, "netvlad_map", MapVariant(x), Tiles(images, extent.Positions, channels), map);
        AddWeightGradients(x, extent, state, dz, dv, gradients);
        x.Device.Return(along);
        x.Device.Return(g);
        x.Device.Return(dz);
        x.Device.Return(dv);
    }

    /// <summary>dV of each image, ghosts included, and its products with the centroids.</summary>
    private void ResidualsBackward(in NetVladExtent extent, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dv, Tensor g)
    {
        int clusters = extent.Clusters, rows = checked(extent.Images * clusters);
        var products = dv.Device.Rent(new Shape(extent.Images, clusters), purpose: MemoryPurpose.Workspace);
        Launch(NetVladResidualModule, "netvlad_products", KernelVariant.None, new LaunchShape(rows, ResidualThreads), new NetVladProducts(y.Address, dy.Address, products.Address, extent.Channels));
        Launch(NetVladResidualModule, "netvlad_residuals_backward", KernelVariant.None, new LaunchShape((long)extent.Images * extent.All, ResidualThreads),
            new NetVladResidualsBackward(y.Address, dy.Address, state.Norms.Address, products.Address, weights.Centroids.Address, dv.Address, g.Address, clusters, extent.All, extent.Channels));
        dv.Device.Return(products);
    }

    /// <summary>dW, image by image in the memory of dV, which has done its work, and db.</summary>
    private void AddWeightGradients(Tensor x, in NetVladExtent extent, NetVladState state, Tensor dz, Tensor dv, NetVladWeights gradients)
    {
        if (!gradients.Assignment.IsNone)
        {
            Aggregate(x, extent, dz.Address, state.Scales.Address, dv.Address, extent.All);
            var length = checked(extent.All * extent.Channels);
            ColumnSum(dv.Reshape(new Shape(extent.Images, length)), gradients.Assignment.Reshape(new Shape(length)), true);
        }
        if (!gradients.Bias.IsNone)
            ColumnSum(dz, gradients.Bias, true);
    }

    /// <summary>Products of each location with some rows.</summary>
    private void Logits(Tensor x, in NetVladExtent extent, nint rows, long rowsStride, nint y) =>
        Launch(NetVladProductModule, "netvlad_logits", Vectorised(x.Type, extent.Channels, x.Address), Tiles(extent.Images, extent.Positions, extent.All),
            new NetVladLogits(x.Address, rows, y, rowsStride, extent.Positions, extent.Channels, extent.All, Aligned(extent.Channels, rows)));

    /// <summary>Sums over each image's locations, for the first clusters.</summary>
    private void Aggregate(Tensor x, in NetVladExtent extent, nint a, nint scales, nint y, int clusters) =>
        Launch(NetVladProductModule, "netvlad_aggregate", Vectorised(x.Type, extent.Channels, x.Address), Tiles(extent.Images, clusters, extent.Channels),
            new NetVladAggregate(a, scales, x.Address, y, extent.Positions, extent.Channels, clusters, extent.All, Aligned(extent.All, a)));

    /// <summary>The map is written value by value: in float32 there is nothing to gain from its alignment.</summary>
    private static KernelVariant MapVariant(Tensor x)
    {
        var variant = Vectorised(x.Type, x.Shape.Last, x.Address);
        return variant == KernelVariant.F32x4 ? KernelVariant.F32 : variant;
    }

    private static LaunchShape Tiles(int images, int rows, int columns) =>
        new((long)images * (((long)rows + TileSide - 1) / TileSide) * (((long)columns + TileSide - 1) / TileSide), TileThreads);

    private static LaunchShape Warps(long count) => new((count + (AssignThreads / WarpSize) - 1) / (AssignThreads / WarpSize), AssignThreads);

    /// <summary>Whether rows of float32 may be read 16 bytes at a time.</summary>
    private static int Aligned(int length, params ReadOnlySpan<nint> addresses) => Vectorised(ElementType.Float32, length, addresses) == KernelVariant.F32x4 ? 1 : 0;
}
