namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of optimizers.cu, Adam and AdamW.</summary>
internal readonly record struct AdamUpdate(nint Rows, nint Starts, int Tensors, float Beta1, float Rest1, float Beta2, float Rest2, float Epsilon);
