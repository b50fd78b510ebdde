namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Matrix product C = op(A) op(B), or C += with <paramref name="accumulate"/>; Float32, or Float64 in all three. Float32 factors are rounded as
    /// the device's <see cref="Precision"/> says.
    /// </summary>
    /// <param name="a">[M, K], or [K, M] when transposed.</param>
    /// <param name="b">[K, N], or [N, K] when transposed.</param>
    /// <param name="c">[M, N].</param>
    /// <param name="transposeA">Use A transposed.</param>
    /// <param name="transposeB">Use B transposed.</param>
    /// <param name="accumulate">Add to C instead of overwriting it.</param>
    public void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA = false, bool transposeB = false, bool accumulate = false)
    {
        const string op = nameof(MatrixProduct);
        var type = a.Type == ElementType.Float64 ? ElementType.Float64 : ElementType.Float32;
        Require.Rank(op, "a", a, 2, _device, type);
        Require.Rank(op, "b", b, 2, _device, type);
        int rows = a.Shape[transposeA ? 1 : 0], inner = a.Shape[transposeA ? 0 : 1], columns = b.Shape[transposeB ? 0 : 1];
        Require.That(b.Shape[transposeB ? 1 : 0] == inner, op, $"a {a.Shape} and b {b.Shape} do not share their inner extent");
        Require.Shape(op, "c", c, new Shape(rows, columns), _device, type);
        _backend.MatrixProduct(a, b, c, transposeA, transposeB, accumulate);
    }

    /// <summary>Linear layer: y = x w^T + bias, with x [N, I], w [O, I], optional bias [O], y [N, O].</summary>
    public void Linear(Tensor x, Tensor w, Tensor bias, Tensor y)
    {
        const string op = nameof(Linear);
        Require.Rank(op, "x", x, 2, _device);
        Require.Rank(op, "w", w, 2, _device);
        Require.That(w.Shape[1] == x.Shape[1], op, $"x {x.Shape} and w {w.Shape} do not share their inner extent");
        Require.Optional(op, "bias", bias, new Shape(w.Shape[0]), _device);
        Require.Shape(op, "y", y, new Shape(x.Shape[0], w.Shape[0]), _device);
        _backend.Linear(x, w, bias, y);
    }
}
