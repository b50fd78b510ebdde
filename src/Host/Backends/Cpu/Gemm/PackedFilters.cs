namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Convolution weights as packed panels, with a scale that is applied while storing.</summary>
internal sealed unsafe class PackedFilters : PreparedWeights
{
    private Tensor _storage;

    /// <param name="w">The weights, not packed yet.</param>
    /// <param name="geometry">Window.</param>
    /// <param name="scale">A scale of its own, which it returns, or none.</param>
    public PackedFilters(Tensor w, ConvolutionGeometry geometry, Tensor scale) : base(w.Shape, geometry, ElementType.Float32)
    {
        Scale = scale;
        var floats = PackedPanels.FloatCount(checked(w.Shape[1] * w.Shape[2] * w.Shape[3]), w.Shape[0]);
        _storage = w.Device.Rent(new Shape(checked((int)floats)), ElementType.Float32, MemoryPurpose.Parameters);
    }

    public Tensor Scale { get; private set; }

    public PackedPanels Panels => new(_storage.Pointer<float>(), Shape[0]);

    protected override void Dispose(bool disposing)
    {
        if (_storage.IsNone)
            return;
        _storage.Device.Return(Scale);
        _storage.Device.Return(_storage);
        Scale = _storage = Tensor.None;
    }
}
