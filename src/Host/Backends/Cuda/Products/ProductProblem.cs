namespace Retrieval.Host.Backends.Cuda.Products;

/// <summary>A matrix product C [rows, columns] = op(A) op(B) as far as the choice of an algorithm depends on it.</summary>
/// <param name="Type">Float32 or Float64, of all three.</param>
/// <param name="Rows">Rows of C.</param>
/// <param name="Columns">Columns of C.</param>
/// <param name="Depth">What is summed over.</param>
/// <param name="TransposeA">A is [depth, rows].</param>
/// <param name="TransposeB">B is [columns, depth].</param>
/// <param name="Bias">A bias per column is added.</param>
/// <param name="Alignment">Bytes to which all three begin aligned: a power of two.</param>
internal readonly record struct ProductProblem(ElementType Type, int Rows, int Columns, int Depth, bool TransposeA, bool TransposeB, bool Bias, int Alignment)
{
    public override string ToString() =>
        $"{Type} [{Rows}, {Depth}]{(TransposeA ? " (transposed)" : "")} x [{Depth}, {Columns}]{(TransposeB ? " (transposed)" : "")}{(Bias ? " + bias" : "")}, aligned to {Alignment} bytes";
}
