namespace Retrieval.Host.Diagnostics;

/// <summary>
/// What each operator has to do, by its formula: the one place where bytes and FLOP are counted. Bytes: every tensor that is read or
/// written, once each; a tensor that is added to counts twice. FLOP: an addition, multiplication, comparison, division, power, root or
/// logarithm is one. Products and convolutions count 2 for each of their terms and nothing for what is done to their results.
/// </summary>
internal static partial class OperatorWork
{
    /// <summary>2 N OH OW K R S C, zero padding included. Of a window that skips rows or columns only those that it touches are read.</summary>
    public static Work Convolution(Tensor x, Shape w, ElementType weightType, ConvolutionGeometry geometry, Tensor y, in ConvolutionEpilogue epilogue) => new(
        Touched(x, geometry, y.Shape) + (w.Count * weightType.ByteSize()) + Bytes(y, epilogue.Scale, epilogue.Shift, epilogue.Residual), Terms(y.Shape, w));

    /// <summary>As many FLOP as forward; dx is written whole.</summary>
    public static Work ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, Tensor dx, bool accumulate) =>
        new(Bytes(dy, w, scale) + Target(dx, accumulate), Terms(dy.Shape, w.Shape));

    public static Work ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate) =>
        new(Touched(x, geometry, dy.Shape) + Bytes(dy) + Target(dw, accumulate), Terms(dy.Shape, dw.Shape));

    /// <summary>Weights are written once more, in the order and type that they are used in; scaled, each is multiplied once.</summary>
    public static Work PrepareConvolution(Tensor w, Tensor scale, ElementType type) =>
        new(Bytes(w, scale) + (w.Count * type.ByteSize()), scale.IsNone ? 0 : w.Count);

    /// <summary>2 M N K.</summary>
    public static Work MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool accumulate) =>
        new(Bytes(a, b) + Target(c, accumulate), 2 * c.Count * a.Shape[transposeA ? 0 : 1]);

    /// <summary>2 N I O.</summary>
    public static Work Linear(Tensor x, Tensor w, Tensor bias, Tensor y) => new(Bytes(x, w, bias, y), 2 * y.Count * x.Shape[1]);

    /// <summary>2 Q N D; no matrix of scores is stored, and results are read where they are merged.</summary>
    public static Work TopK(Tensor queries, Tensor database, Tensor squaredNorms, Tensor scores, Tensor rows, bool merge) =>
        new(Bytes(queries, database, squaredNorms) + Target(scores, merge) + Target(rows, merge), 2 * queries.Count * database.Shape[0]);

    /// <summary>Bytes of tensors, none counting 0.</summary>
    public static long Bytes(params ReadOnlySpan<Tensor> tensors)
    {
        long sum = 0;
        foreach (var tensor in tensors)
            sum += tensor.IsNone ? 0 : tensor.ByteCount;
        return sum;
    }

    /// <summary>Tensors that are read and written back.</summary>
    private static long Updated(params ReadOnlySpan<Tensor> tensors) => 2 * Bytes(tensors);

    private static long Target(Tensor tensor, bool accumulate) => accumulate ? Updated(tensor) : Bytes(tensor);

    private static long Terms(Shape y, Shape w) => w[0] == 0 ? 0 : 2 * y.Count * (w.Count / w[0]);

    /// <summary>Bytes of an input [N, H, W, C] that a window meets on its way over it.</summary>
    private static long Touched(Tensor x, ConvolutionGeometry geometry, Shape y)
    {
        var rows = Math.Min(x.Shape[1], (long)y[1] * geometry.KernelHeight);
        var columns = Math.Min(x.Shape[2], (long)y[2] * geometry.KernelWidth);
        return x.Shape[0] * rows * columns * x.Shape[3] * x.Type.ByteSize();
    }
}
