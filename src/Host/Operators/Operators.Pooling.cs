namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Windowed maximum. Padding never wins; of equal values the first in row-major order does; a value that is not a number beats all.
    /// A window that holds padding alone gives minus infinity.
    /// </summary>
    /// <param name="x">[N, H, W, C].</param>
    /// <param name="geometry">Window.</param>
    /// <param name="y">[N, OH, OW, C].</param>
    /// <param name="argmax">Optional Int32 [N, OH, OW, C]: receives the winner's position h * W + w, -1 where a window holds padding alone.</param>
    public void MaxPool(Tensor x, ConvolutionGeometry geometry, Tensor y, Tensor argmax)
    {
        const string op = nameof(MaxPool);
        Require.Map(op, "x", x, _device);
        Require.Window(op, geometry);
        Require.Shape(op, "y", y, geometry.OutputShape(x.Shape, x.Shape[3]), _device, x.Type);
        Require.Optional(op, "argmax", argmax, y.Shape, _device, ElementType.Int32);
        _backend.MaxPool(x, geometry, y, argmax);
    }

    /// <summary>Sends each output gradient to the winner of its window; dx is overwritten.</summary>
    public void MaxPoolBackward(Tensor dy, Tensor argmax, ConvolutionGeometry geometry, Tensor dx)
    {
        const string op = nameof(MaxPoolBackward);
        Require.Map(op, "dx", dx, _device);
        Require.Window(op, geometry);
        Require.Shape(op, "dy", dy, geometry.OutputShape(dx.Shape, dx.Shape[3]), _device, dx.Type);
        Require.Shape(op, "argmax", argmax, dy.Shape, _device, ElementType.Int32);
        _backend.MaxPoolBackward(dy, argmax, geometry, dx);
    }

    /// <summary>SPoC: y[n,c] = mean over positions of x[n,:,:,c]; x [N, H, W, C], y [N, C].</summary>
    public void SpocPool(Tensor x, Tensor y)
    {
        RequirePool(nameof(SpocPool), x, y);
        _backend.SpocPool(x, y);
    }

    /// <summary>dx[n,i,c] = dy[n,c] / (H W).</summary>
    public void SpocPoolBackward(Tensor dy, Tensor dx)
    {
        RequirePool(nameof(SpocPoolBackward), dx, dy);
        _backend.SpocPoolBackward(dy, dx);
    }

    /// <summary>MAC: y[n,c] = max over positions of x[n,:,:,c]; argmax, Int32 [N, C] or none, receives the first winner in row-major order.</summary>
    public void MacPool(Tensor x, Tensor y, Tensor argmax)
    {
        RequirePool(nameof(MacPool), x, y);
        Require.Optional(nameof(MacPool), "argmax", argmax, y.Shape, _device, ElementType.Int32);
        _backend.MacPool(x, y, argmax);
    }

    /// <summary>Sends dy[n,c] to the winner; dx is overwritten.</summary>
    public void MacPoolBackward(Tensor dy, Tensor argmax, Tensor dx)
    {
        RequirePool(nameof(MacPoolBackward), dx, dy);
        Require.Shape(nameof(MacPoolBackward), "argmax", argmax, dy.Shape, _device, ElementType.Int32);
        _backend.MacPoolBackward(dy, argmax, dx);
    }

    /// <summary>
    /// GeM: y[n,c] = ( 1/(H W) sum_i max(x[n,i,c], epsilon)^p_c )^(1/p_c) (TPAMI 2018, eq. 3). Large powers stay finite.
    /// </summary>
    /// <param name="x">[N, H, W, C], at least one position.</param>
    /// <param name="p">Exponent above 0: [1] shared, or [C] per channel.</param>
    /// <param name="epsilon">Lower clamp, above 0.</param>
    /// <param name="y">[N, C].</param>
    public void GemPool(Tensor x, Tensor p, float epsilon, Tensor y)
    {
        RequireGem(nameof(GemPool), x, p, epsilon, y);
        _backend.GemPool(x, p, epsilon, y);
    }

    /// <summary>
    /// Backward of GeM (TPAMI 2018, eq. 5 and 6): dx = dy 1/(H W) y^(1-p) x^(p-1) where x &gt;= epsilon, else 0; dp is added to:
    /// dy y / p^2 ( log( HW / sum x^p ) + p sum x^p log x / sum x^p ) with x clamped from below at epsilon, summed over n, and over c for a shared p.
    /// </summary>
    /// <param name="x">Input of the forward pass.</param>
    /// <param name="y">Output of the forward pass [N, C].</param>
    /// <param name="dy">Gradient [N, C].</param>
    /// <param name="p">[1] or [C].</param>
    /// <param name="epsilon">Lower clamp of the forward pass.</param>
    /// <param name="dx">Receives the gradient, shape of x.</param>
    /// <param name="dp">Shape of p, added to; none when p is not learnt.</param>
    public void GemPoolBackward(Tensor x, Tensor y, Tensor dy, Tensor p, float epsilon, Tensor dx, Tensor dp)
    {
        const string op = nameof(GemPoolBackward);
        RequireGem(op, x, p, epsilon, y);
        Require.Shape(op, "dy", dy, y.Shape, _device);
        Require.Shape(op, "dx", dx, x.Shape, _device, x.Type);
        Require.Optional(op, "dp", dp, p.Shape, _device);
        _backend.GemPoolBackward(x, y, dy, p, epsilon, dx, dp);
    }

    /// <summary>L2 normalisation of rows: y = x / (|x| + epsilon).</summary>
    /// <param name="x">[N, D].</param>
    /// <param name="epsilon">0 or above; with 0 a zero row stays zero.</param>
    /// <param name="y">[N, D]; may be x.</param>
    /// <param name="norms">Receives |x| [N], or none.</param>
    public void L2Normalize(Tensor x, float epsilon, Tensor y, Tensor norms)
    {
        const string op = nameof(L2Normalize);
        Require.Rank(op, "x", x, 2, _device);
        Require.Shape(op, "y", y, x.Shape, _device);
        Require.Optional(op, "norms", norms, new Shape(x.Shape[0]), _device);
        _backend.L2Normalize(x, epsilon, y, norms);
    }

    /// <summary>Backward of <see cref="L2Normalize"/>: with s = |x| + epsilon, dx = dy / s - y (y . dy) (s / |x|) / s where |x| &gt; 0, else dy / s.</summary>
    /// <param name="y">Output of the forward pass [N, D].</param>
    /// <param name="norms">Saved |x| [N].</param>
    /// <param name="dy">Gradient [N, D].</param>
    /// <param name="epsilon">Epsilon of the forward pass.</param>
    /// <param name="dx">Receives the gradient; may be dy.</param>
    public void L2NormalizeBackward(Tensor y, Tensor norms, Tensor dy, float epsilon, Tensor dx)
    {
        const string op = nameof(L2NormalizeBackward);
        Require.Rank(op, "y", y, 2, _device);
        Require.Shape(op, "norms", norms, new Shape(y.Shape[0]), _device);
        Require.Shape(op, "dy", dy, y.Shape, _device);
        Require.Shape(op, "dx", dx, y.Shape, _device);
        _backend.L2NormalizeBackward(y, norms, dy, epsilon, dx);
    }

    /// <summary>Generalised mean over the first axis, for descriptors at several scales: y[n,d] = ( 1/S sum_s x[s,n,d]^p )^(1/p), x [S, N, D], y [N, D]. Unless p = 1, what is below 0 counts as 0.</summary>
    public void AggregateScales(Tensor x, float p, Tensor y)
    {
        const string op = nameof(AggregateScales);
        Require.Rank(op, "x", x, 3, _device);
        Require.That(p > 0 && x.Shape[0] > 0, op, $"exponent {p} and {x.Shape[0]} scales must be above 0");
        Require.Shape(op, "y", y, new Shape(x.Shape[1], x.Shape[2]), _device);
        _backend.AggregateScales(x, p, y);
    }

    private void RequireGem(string op, Tensor x, Tensor p, float epsilon, Tensor y)
    {
        RequirePool(op, x, y);
        Require.That(epsilon > 0, op, $"epsilon {epsilon} must be above 0");
        Require.Tensor(op, "p", p, _device);
        Require.That(p.Shape == new Shape(1) || p.Shape == new Shape(x.Shape[3]), op, $"p has shape {p.Shape}, expected [1] or [{x.Shape[3]}]");
    }

    private void RequirePool(string op, Tensor x, Tensor y)
    {
        Require.Map(op, "x", x, _device);
        Require.That(x.Shape[1] > 0 && x.Shape[2] > 0, op, $"x has shape {x.Shape}, expected at least one position");
        Require.Shape(op, "y", y, new Shape(x.Shape[0], x.Shape[3]), _device);
    }
}
