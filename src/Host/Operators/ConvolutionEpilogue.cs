namespace Retrieval.Host;

/// <summary>
/// What is done to a product before it is stored: y = relu( product * Scale + Shift + Residual ), each part optional.
/// Scale and Shift are per output channel [K]; Residual has the output's shape.
/// </summary>
public readonly record struct ConvolutionEpilogue(Tensor Scale, Tensor Shift, Tensor Residual, bool Relu)
{
    /// <summary>The plain product.</summary>
    public static ConvolutionEpilogue None => default;
}
