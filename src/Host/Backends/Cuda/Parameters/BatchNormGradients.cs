namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_norm.cu, gradients of scale and shift.</summary>
internal readonly record struct BatchNormGradients(nint Partials, nint Gamma, nint InvStd, nint DGamma, nint DBeta, nint Factors, long Rows, int Chunks, int Columns, int Channels);
