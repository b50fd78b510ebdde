namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of mac_pool.cu, forward.</summary>
internal readonly record struct MacForward(nint X, nint Y, nint Argmax, int Positions, int Channels, int Lanes);
