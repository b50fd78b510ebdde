namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>Addresses of what a convolution reads and writes; 0 for what it does not have.</summary>
/// <param name="X">x, or dx.</param>
/// <param name="W">w, or dw.</param>
/// <param name="Y">y, or dy.</param>
/// <param name="Shift">[K].</param>
/// <param name="Residual">Like y.</param>
internal readonly record struct ConvolutionOperands(nint X, nint W, nint Y, nint Shift = 0, nint Residual = 0);
