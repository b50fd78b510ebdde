namespace Retrieval.Host.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public void Fill(Tensor x, float value) =>
        ElementLoop<FillKernel>.Run(_team, x.Count, new FillKernel(value, x.Pointer<float>()));

    public void Copy(Tensor source, Tensor target) =>
        CopyBody.Run(_team, source.Pointer<byte>(), target.Pointer<byte>(), source.ByteCount);

    public void AddScaled(float alpha, Tensor x, float beta, Tensor y) =>
        ElementLoop<AddScaledKernel>.Run(_team, x.Count, new AddScaledKernel(alpha, x.Pointer<float>(), beta, y.Pointer<float>()));

    public void Relu(Tensor x, Tensor y) =>
        ElementLoop<ReluKernel>.Run(_team, x.Count, new ReluKernel(x.Pointer<float>(), y.Pointer<float>()));

    public void ReluBackward(Tensor y, Tensor dy, Tensor dx) =>
        ElementLoop<ReluBackwardKernel>.Run(_team, y.Count, new ReluBackwardKernel(y.Pointer<float>(), dy.Pointer<float>(), dx.Pointer<float>()));

    public void ColumnSum(Tensor x, Tensor y, bool accumulate)
    {
        var chunks = new RowChunks(x.Shape.Rows, x.Shape.Last);
        var partial = RentWorkspace(x.Device, 2L * chunks.Count * chunks.Channels);
        RowSums<PlainTerms>.Run(_team, chunks, new PlainTerms(x.Pointer<float>()), partial.Pointer<float>());
        float* sums = partial.Pointer<float>(), result = y.Pointer<float>();
        for (var c = 0; c < chunks.Channels; c++)
        {
            double sum = accumulate ? result[c] : 0;
            for (var chunk = 0L; chunk < chunks.Count; chunk++)
                sum += sums[(2 * chunk * chunks.Channels) + c];
            result[c] = (float)sum;
        }
        x.Device.Return(partial);
    }

    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y)
    {
        var scratch = RentWorkspace(x.Device, (long)_team.Size * x.Shape[2] * x.Shape[3]);
        new BilinearResize(x, scaleY, scaleX, y, scratch.Pointer<float>()).Run(_team);
        x.Device.Return(scratch);
    }

    /// <summary>Scratch memory for one call. Its extents are folded into two axes, as one axis ends at two thousand million.</summary>
    private static Tensor RentWorkspace(Device device, long floats)
    {
        const int row = 1024;
        return device.Rent(new Shape(checked((int)((floats + row - 1) / row)), row), ElementType.Float32, MemoryPurpose.Workspace);
    }
}
