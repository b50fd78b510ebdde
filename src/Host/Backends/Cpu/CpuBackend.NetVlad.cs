using Retrieval.Host.Backends.Cpu.Gemm;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>Everything large is a product of the map with few rows: W, the assignment, dV.</summary>
internal sealed unsafe partial class CpuBackend
{
    public void NetVlad(Tensor x, NetVladWeights weights, NetVladState state, Tensor y)
    {
        var extent = new NetVladExtent(x, weights);
        float* scales = state.Scales.Pointer<float>(), assignment = state.Assignment.Pointer<float>();
        var locations = new RowRuns(extent.Locations, extent.Channels);
        if (scales != null)
            _team.For(locations.Count, new LocationScales(locations, x.Pointer<float>(), scales));
        Linear(RowsOf(x), weights.Assignment, Tensor.None, RowsOf(state.Assignment));
        var assignments = new RowRuns(extent.Locations, extent.All);
        _team.For(assignments.Count, new SoftAssignment(assignments, assignment, scales, weights.Bias.Pointer<float>()));
        Aggregate(x, extent, state, y);

        float* norms = state.Norms.Pointer<float>(), residuals = y.Pointer<float>();
        var rows = new RowRuns((long)extent.Images * extent.Clusters, extent.Channels);
        _team.For(rows.Count, new ClusterResiduals(rows, extent.Clusters, state.Mass.Pointer<float>(), weights.Centroids.Pointer<float>(), residuals, norms));
        _team.For(rows.Count, new NormalizedResiduals(rows, extent.Clusters, norms, residuals));
    }

    public void NetVladBackward(Tensor x, NetVladWeights weights, NetVladState state, Tensor y, Tensor dy, Tensor dx, NetVladWeights gradients)
    {
        var extent = new NetVladExtent(x, weights);
        int images = extent.Images, clusters = extent.Clusters, all = extent.All, channels = extent.Channels;
        var device = x.Device;
        // dV above W for each image, and [a, dz] for each location: their product is the gradient of the normalised map.
        Tensor stacked = Workspace(new Shape(images, 2, all, channels)), rows = Workspace(new Shape(extent.Locations, 2 * all));
        Tensor logits = Workspace(new Shape(extent.Locations, all)), alongCentroids = Workspace(new Shape(images, all));
        Tensor Workspace(Shape shape) => device.Rent(shape, purpose: MemoryPurpose.Workspace);
        _team.For(images, new ResidualGradients(clusters, all, channels, y.Pointer<float>(), dy.Pointer<float>(), state.Norms.Pointer<float>(),
            weights.Centroids.Pointer<float>(), stacked.Pointer<float>(), alongCentroids.Pointer<float>()));
        if (!gradients.Centroids.IsNone)
            _team.For(clusters, new CentroidGradients(images, clusters, all, channels, state.Mass.Pointer<float>(), stacked.Pointer<float>(), gradients.Centroids.Pointer<float>()));

        for (var n = 0; n < images; n++)
            Linear(RowsOf(x.Slice(n, 1)), Half(stacked, n, 0, all), Tensor.None, logits.Slice(n * extent.Positions, extent.Positions));
        var runs = new RowRuns(extent.Locations, all);
        _team.For(runs.Count, new AssignmentGradients(runs, extent.Positions, state.Assignment.Pointer<float>(), state.Scales.Pointer<float>(),
            alongCentroids.Pointer<float>(), logits.Pointer<float>(), rows.Pointer<float>()));
        AddWeightGradients(x, logits, rows, gradients);
        for (var n = 0; n < images; n++)
        {
            Copy(weights.Assignment, Half(stacked, n, 1, all));
            MapGradient(extent, n, x, state.Scales, stacked, rows, dx);
        }
        device.Return(alongCentroids);
        device.Return(logits);
        device.Return(rows);
        device.Return(stacked);
    }

    /// <summary>V of each image before the centroids are taken off: A^T X; and the mass of each cluster.</summary>
    private void Aggregate(Tensor x, in NetVladExtent extent, NetVladState state, Tensor y)
    {
        int positions = extent.Positions, clusters = extent.Clusters;
        var shares = x.Device.Rent(new Shape(extent.Locations, clusters), purpose: MemoryPurpose.Workspace);
        _team.For(extent.Images, new ClusterMass(positions, clusters, extent.All, state.Assignment.Pointer<float>(), state.Scales.Pointer<float>(),
            state.Mass.Pointer<float>(), shares.Pointer<float>()));
        for (var n = 0; n < extent.Images; n++)
            MatrixProduct(shares.Slice(n * positions, positions), RowsOf(x.Slice(n, 1)), y.Slice(n, 1).Reshape(new Shape(clusters, extent.Channels)), true, false, false);
        x.Device.Return(shares);
    }

    /// <summary>dW += (s dz)^T X and db += sum of dz, over all locations.</summary>
    private void AddWeightGradients(Tensor x, Tensor logits, Tensor rows, NetVladWeights gradients)
    {
        int locations = logits.Shape[0], all = logits.Shape[1], channels = x.Shape.Last;
        if (!gradients.Assignment.IsNone)
            Product.RunDeep<MatrixColumns, FilterRows, ColumnLayout>(_team, x.Device, new MatrixColumns(logits.Pointer<float>(), all),
                FilterRows.Matrix(x.Pointer<float>(), locations, channels), gradients.Assignment.Pointer<float>(), true, all, channels, locations);
        if (gradients.Bias.IsNone)
            return;
        var sums = x.Device.Rent(new Shape(2, all), purpose: MemoryPurpose.Workspace);
        ColumnSum(rows, sums.Reshape(new Shape(2 * all)), false);
        AddScaled(1, sums.Slice(1, 1), 1, gradients.Bias);
        x.Device.Return(sums);
    }

    /// <summary>The gradient of one image's map.</summary>
    private void MapGradient(in NetVladExtent extent, int image, Tensor x, Tensor scales, Tensor stacked, Tensor rows, Tensor dx)
    {
        int positions = extent.Positions, channels = extent.Channels;
        Tensor map = RowsOf(x.Slice(image, 1)), gradient = RowsOf(dx.Slice(image, 1));
        MatrixProduct(rows.Slice(image * positions, positions), stacked.Slice(image, 1).Reshape(new Shape(2 * extent.All, channels)), gradient, false, false, false);
        if (scales.IsNone)
            return;
        var runs = new RowRuns(positions, channels);
        _team.For(runs.Count, new LocationGradients(runs, map.Pointer<float>(), scales.Pointer<float>() + ((long)image * positions), gradient.Pointer<float>()));
    }

    /// <summary>[N, H, W, C] as [N H W, C].</summary>
    private static Tensor RowsOf(Tensor map) => map.Reshape(new Shape(checked((int)map.Shape.Rows), map.Shape.Last));

    /// <summary>The upper or lower half of an image's part of [N, 2, K + G, C], as [K + G, C].</summary>
    private static Tensor Half(Tensor stacked, int image, int half, int all) =>
        stacked.Reshape(new Shape(stacked.Shape[0] * 2, all, stacked.Shape.Last)).Slice((2 * image) + half, 1).Reshape(new Shape(all, stacked.Shape.Last));
}
