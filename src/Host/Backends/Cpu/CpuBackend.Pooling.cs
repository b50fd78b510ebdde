namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax) => new MaxPoolForward(x, geometry, y, argmax).Run(_team);

    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx) => new MaxPoolBackward(dy, argmax, geometry, dx).Run(_team);

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

    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y) => new GemForward(x, p, epsilon, y).Run(_team);

    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp)
    {
        if (dp.IsNone)
        {
            new GemBackward(x, y, dy, p, epsilon, dx, null).Run(_team);
            return;
        }
        var shares = RentWorkspace(x.Device, y.Count);
        new GemBackward(x, y, dy, p, epsilon, dx, shares.Pointer<float>()).Run(_team);
        AddExponentShares(shares.Pointer<float>(), y.Shape, dp);
        x.Device.Return(shares);
    }

    public void AggregateScales(Tensor x, float p, Tensor y) =>
        ElementLoop<GeneralisedMeanKernel>.Run(_team, y.Count, new GeneralisedMeanKernel(x.Pointer<float>(), x.Shape[0], y.Count, p, y.Pointer<float>()));

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
