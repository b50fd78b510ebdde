namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of netvlad_residual.cu, products.</summary>
internal readonly record struct NetVladProducts(nint Y, nint Dy, nint Products, int Channels);
