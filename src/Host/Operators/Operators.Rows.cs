namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>Rows of a matrix in any order, each as often as it is asked for: y[r] = x[rows[r]], or zeros where rows[r] is negative.</summary>
    /// <param name="x">[M, D].</param>
    /// <param name="rows">Int32 [R], each below M.</param>
    /// <param name="y">Receives [R, D].</param>
    public void GatherRows(Tensor x, Tensor rows, Tensor y)
    {
        RequireRows(nameof(GatherRows), "x", x, rows, "y", y);
        _backend.GatherRows(x, rows, y);
    }

    /// <summary>Gradient of <see cref="GatherRows"/>: dx[m] is the sum of dy[r] over all r with rows[r] = m, in rising order of r; zeros where there is none.</summary>
    /// <param name="dy">[R, D].</param>
    /// <param name="rows">Int32 [R], each below M; a negative one adds to nothing.</param>
    /// <param name="dx">Receives [M, D].</param>
    public void ScatterAddRows(Tensor dy, Tensor rows, Tensor dx)
    {
        RequireRows(nameof(ScatterAddRows), "dx", dx, rows, "dy", dy);
        _backend.ScatterAddRows(dy, rows, dx);
    }

    private void RequireRows(string op, string matrixName, Tensor matrix, Tensor rows, string chosenName, Tensor chosen)
    {
        Require.Rank(op, matrixName, matrix, 2, _device);
        Require.Rank(op, "rows", rows, 1, _device, ElementType.Int32);
        Require.Shape(op, chosenName, chosen, new Shape(rows.Shape[0], matrix.Shape[1]), _device);
    }
}
