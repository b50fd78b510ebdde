namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of crow.cu.</summary>
internal readonly record struct CrowWeights(nint X, nint Weights, nint ChannelWeights, int Positions, int Channels);
