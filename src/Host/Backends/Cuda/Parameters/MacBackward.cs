namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of mac_pool.cu, backward.</summary>
internal readonly record struct MacBackward(nint Dy, nint Argmax, nint Dx, int Positions, int Channels, int Lanes);
