namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of aggregate_scales.cu.</summary>
internal readonly record struct AggregateScales(nint X, nint Y, float P, int Scales, long Count);
