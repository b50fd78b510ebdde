namespace Retrieval.Host.Backends.Cuda.Convolutions;

/// <summary>A setting of an engine.</summary>
internal readonly record struct EngineKnob(int Kind, long Value);
