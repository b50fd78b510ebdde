namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of optimizers.cu, SGD.</summary>
internal readonly record struct SgdUpdate(nint Rows, nint Starts, int Tensors, int First, int Nesterov, float Momentum);
