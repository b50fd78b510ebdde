namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_product.cu, logits.</summary>
internal readonly record struct NetVladLogits(nint X, nint Rows, nint Y, long RowsStride, int Positions, int Channels, int Clusters, int Aligned);
