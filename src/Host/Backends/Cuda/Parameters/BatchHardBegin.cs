namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of batch_hard.cu, begin.</summary>
internal readonly record struct BatchHardBegin(nint PositiveKeys, nint NegativeKeys, int Rows);
