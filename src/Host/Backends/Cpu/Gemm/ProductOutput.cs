namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// Where a product is stored and what is done to it on the way:
/// output = relu( (previous output when accumulating + product) * scale + shift + residual ), each part optional.
/// </summary>
/// <param name="address">First element.</param>
/// <param name="rows">Where each row lies.</param>
internal unsafe struct ProductOutput(float* address, RowMap rows)
{
    public float* Address = address;
    public RowMap Rows = rows;

    /// <summary>Add to what the output holds.</summary>
    public bool Accumulate;

    /// <summary>Factor per column, or null.</summary>
    public float* Scale;

    /// <summary>Addend per column, or null.</summary>
    public float* Shift;

    /// <summary>Addend laid out as the output, or null.</summary>
    public float* Residual;

    public bool Relu;
}
