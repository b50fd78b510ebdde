namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>A row of the table of gradient_norm.cu. 16 bytes.</summary>
internal readonly record struct GradientRow(nint Values, long Count);
