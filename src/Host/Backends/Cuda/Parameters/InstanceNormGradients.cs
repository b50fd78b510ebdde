namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of instance_norm.cu, gradients of scale and shift.</summary>
internal readonly record struct InstanceNormGradients(nint Partials, nint InvStd, nint Gamma, nint TailGamma, nint DGamma, nint DBeta, nint DTailGamma, nint DTailBeta, nint Factors, long Rows, int Chunks, int Images, int Channels, int Split, int Stored);
