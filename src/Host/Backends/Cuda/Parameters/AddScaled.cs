namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of elementwise.cu.</summary>
internal readonly record struct AddScaled(nint X, nint Y, long Packs, float Alpha, float Beta);
