namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void Fill(Tensor x, float value) =>
        ElementLoop<FillKernel>.Run(_team, x.Count, new FillKernel(value, x.Pointer<float>()));

    public void Copy(Tensor source, Tensor target) =>
        CopyBody.Run(_team, source.Pointer<byte>(), target.Pointer<byte>(), source.ByteCount);

    public void Cast(Tensor x, Tensor y)
    {
        if (x.Type == ElementType.Float32)
            NarrowingCast.Run(_team, x.Pointer<float>(), y.Pointer<BFloat16>(), x.Count);
        else
            WideningCast.Run(_team, x.Pointer<ushort>(), y.Pointer<float>(), x.Count);
    }

    public void AddScaled(float alpha, Tensor x, float beta, Tensor y) =>
        ElementLoop<AddScaledKernel>.Run(_team, x.Count, new AddScaledKernel(alpha, x.Pointer<float>(), beta, y.Pointer<float>()));

    public void Multiply(Tensor x, Tensor factors, Tensor y) =>
        ElementLoop<ProductKernel>.Run(_team, x.Count, new ProductKernel(x.Pointer<float>(), factors.Pointer<float>(), y.Pointer<float>()));

    public void Relu(Tensor x, Tensor y) =>
        ElementLoop<ReluKernel>.Run(_team, x.Count, new ReluKernel(x.Pointer<float>(), y.Pointer<float>()));

    public void ReluBackward(Tensor y, Tensor dy, Tensor dx) =>
        ElementLoop<ReluBackwardKernel>.Run(_team, y.Count, new ReluBackwardKernel(y.Pointer<float>(), dy.Pointer<float>(), dx.Pointer<float>()));

    public void ColumnSum(Tensor x, Tensor y, bool accumulate)
    {
        var chunks = new RowChunks(x.Shape);
        var workspace = RentWorkspace(x.Device, PartialSums.Length(chunks));
        var sums = new PartialSums(chunks, workspace.Pointer<float>());
        MatrixSums<PlainFold>.Run(_team, chunks, new PlainFold(x.Pointer<float>()), sums);
        _team.For(ChannelBlock.CountOf(x.Shape.Last), new ColumnTotals(chunks, sums, y.Pointer<float>(), accumulate));
        x.Device.Return(workspace);
    }

    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y)
    {
        int width = x.Shape[2], channels = x.Shape[3], outWidth = y.Shape[2];
        var rowsLength = (long)_team.Size * width * channels;
        var workspace = RentWorkspace(x.Device, rowsLength + ((long)outWidth * sizeof(LinearTap) / sizeof(float)));
        var rows = workspace.Pointer<float>();
        var taps = (LinearTap*)(rows + rowsLength);
        for (var column = 0; column < outWidth; column++)
            taps[column] = new LinearTap(column, scaleX, width);
        _team.For(checked(y.Shape[0] * y.Shape[1]), new BilinearResize(x, scaleY, taps, rows, y));
        x.Device.Return(workspace);
    }

    /// <summary>Scratch memory for one call. Its extents are folded into two axes, as one axis ends at two thousand million.</summary>
    private static Tensor RentWorkspace(Device device, long floats)
    {
        const int row = 1024;
        return device.Rent(new Shape(checked((int)((floats + row - 1) / row)), row), ElementType.Float32, MemoryPurpose.Workspace);
    }
}
