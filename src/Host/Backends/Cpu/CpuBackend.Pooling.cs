namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax) =>
        _team.For(checked(y.Shape[0] * y.Shape[1]), new MaxPoolForward(x, geometry, y, argmax));

    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx) =>
        _team.For(checked(dx.Shape[0] * dx.Shape[1]), new MaxPoolBackward(dy, argmax, geometry, dx));

    public void SpocPool(Tensor x, Tensor y)
    {
        var grid = new PoolGrid(x.Shape);
        _team.For(grid.Pieces, new SpocForward(grid, x.Pointer<float>(), y.Pointer<float>()));
    }

    public void SpocPoolBackward(Tensor dy, Tensor dx)
    {
        var grid = new PoolGrid(dx.Shape);
        _team.For(grid.Pieces, new SpocBackward(grid, dy.Pointer<float>(), dx.Pointer<float>()));
    }

    public void MacPool(Tensor x, Tensor y, Tensor argmax)
    {
        var grid = new PoolGrid(x.Shape);
        _team.For(grid.Pieces, new MacForward(grid, x.Pointer<float>(), y.Pointer<float>(), argmax.Pointer<int>()));
    }

    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx)
    {
        var grid = new PoolGrid(dx.Shape);
        _team.For(grid.Pieces, new MacBackward(grid, dy.Pointer<float>(), argmax.Pointer<int>(), dx.Pointer<float>()));
    }

    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y) =>
        _team.For(new PoolGrid(x.Shape).Pieces, new GemForward(x, p, epsilon, y));

    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp)
    {
        var pieces = new PoolGrid(x.Shape).Pieces;
        if (dp.IsNone)
        {
            _team.For(pieces, new GemBackward(x, y, dy, p, epsilon, dx, null));
            return;
        }
        var workspace = RentWorkspace(x.Device, y.Count);
        var shares = workspace.Pointer<float>();
        _team.For(pieces, new GemBackward(x, y, dy, p, epsilon, dx, shares));
        AddExponentShares(shares, y.Shape, dp);
        x.Device.Return(workspace);
    }

    public void AggregateScales(Tensor x, float p, Tensor y) =>
        ElementLoop<GeneralizedMeanKernel>.Run(_team, y.Count, new GeneralizedMeanKernel(x.Pointer<float>(), x.Shape[0], y.Count, p, y.Pointer<float>()));

    /// <summary>dp += the shares [N, C] of every image, and of every channel when p is shared.</summary>
    private static void AddExponentShares(float* shares, Shape pooled, Tensor dp)
    {
        var result = dp.Pointer<float>();
        int images = pooled[0], channels = pooled[1];
        if (dp.Count == 1)
        {
            double sum = result[0];
            for (var i = 0L; i < pooled.Count; i++)
                sum += shares[i];
            result[0] = (float)sum;
            return;
        }
        for (var c = 0; c < channels; c++)
        {
            double sum = result[c];
            for (var n = 0L; n < images; n++)
                sum += shares[(n * channels) + c];
            result[c] = (float)sum;
        }
    }
}
