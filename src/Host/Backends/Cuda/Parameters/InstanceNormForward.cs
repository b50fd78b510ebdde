namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of instance_norm.cu, the pass over the map.</summary>
internal readonly record struct InstanceNormForward(nint X, nint Mean, nint InvStd, nint Gamma, nint Beta, nint TailGamma, nint TailBeta, nint Y, long Rows, long ChunkRows, int Chunks, int Columns, int Split, int Width, int Relu);
