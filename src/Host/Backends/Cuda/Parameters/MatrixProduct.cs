namespace Retrieval.Host.Backends.Cuda.Parameters;

/// <summary>Parameters of matrix_product.cu, product.</summary>
internal readonly record struct MatrixProduct(nint A, nint B, nint Bias, nint C, long CStride, long PartStride, int Rows, int Columns, int Depth, int PartDepth, int TransposeA, int TransposeB, int Accumulate);
