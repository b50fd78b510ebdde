namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of matrix_product.cu, sum of the parts.</summary>
internal readonly record struct MatrixProductJoin(nint Parts, nint Bias, nint C, long Length, int Count, int Columns, int Accumulate);
