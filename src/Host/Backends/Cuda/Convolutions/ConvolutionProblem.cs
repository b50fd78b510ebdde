namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>A convolution, or one of its gradients, as far as the choice of a plan depends on it.</summary>
/// <param name="Pass">What is computed.</param>
/// <param name="Input">Shape [N, H, W, C] of x or dx.</param>
/// <param name="Filters">Output channels K.</param>
/// <param name="Geometry">Window.</param>
/// <param name="Maps">Element type of the maps, and of the weights that are read.</param>
/// <param name="Result">Element type of what is written: Maps, or Float32 for the weights' gradient.</param>
/// <param name="Alignment">Bytes to which every tensor begins aligned.</param>
internal readonly record struct ConvolutionProblem(ConvolutionPass Pass, Shape Input, int Filters, ConvolutionGeometry Geometry, ElementType Maps, ElementType Result, int Alignment)
{
    /// <summary>A shift per output channel is added.</summary>
    public bool Shift { get; init; }

    /// <summary>A map of the output's shape is added.</summary>
    public bool Residual { get; init; }

    /// <summary>Negative results become 0.</summary>
    public bool Relu { get; init; }

    /// <summary>The result is added to what is there.</summary>
    public bool Accumulate { get; init; }

    /// <summary>Factors are not to be rounded: no tensor cores.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether anything follows the convolution itself.</summary>
    public bool IsFused => Shift || Residual || Relu;

    /// <summary>Shape [N, OH, OW, K] of y or dy.</summary>
    public Shape Output => Geometry.OutputShape(Input, Filters);

    /// <summary>The same for every process: also what plans are filed under.</summary>
    public override string ToString()
    {
        var g = Geometry;
        return $"{Pass} x {Input} w [{Filters}, {g.KernelHeight}, {g.KernelWidth}, {Input[3]}] stride {g.Stride} padding {g.Padding} dilation {g.Dilation} {Maps} to {Result}"
            + $"{(Residual ? " + residual" : "")}{(Shift ? " + shift" : "")}{(Relu ? " relu" : "")}{(Accumulate ? " accumulate" : "")}{(Strict ? " strict" : "")} aligned to {Alignment}";
    }
}
