namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue)
    {
        using var call = Begin(nameof(Convolution), OperatorWork.Convolution(x, w.Shape, w.Type, geometry, y, epilogue), x, w.Shape);
        inner.Convolution(x, w, geometry, y, epilogue);
    }

    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue)
    {
        using var call = Begin(nameof(Convolution), OperatorWork.Convolution(x, w.Shape, x.Type, w.Geometry, y, epilogue), x, w.Shape);
        inner.Convolution(x, w, y, epilogue);
    }

    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale, ElementType type)
    {
        using var call = Begin(nameof(PrepareConvolution), OperatorWork.PrepareConvolution(w, scale, type), w);
        return inner.PrepareConvolution(w, geometry, scale, type);
    }

    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate)
    {
        using var call = Begin(nameof(ConvolutionInputGradient), OperatorWork.ConvolutionInputGradient(dy, w, scale, dx, accumulate), dy, w.Shape);
        inner.ConvolutionInputGradient(dy, w, scale, geometry, dx, accumulate);
    }

    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate)
    {
        using var call = Begin(nameof(ConvolutionWeightGradient), OperatorWork.ConvolutionWeightGradient(x, dy, geometry, dw, accumulate), x, dw.Shape);
        inner.ConvolutionWeightGradient(x, dy, geometry, dw, accumulate);
    }

    public void MatrixProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate)
    {
        using var call = Begin(nameof(MatrixProduct), OperatorWork.MatrixProduct(a, b, c, transposeA, accumulate), a, b.Shape);
        inner.MatrixProduct(a, b, c, transposeA, transposeB, accumulate);
    }

    public void Linear(Tensor x, Tensor w, Tensor bias, Tensor y)
    {
        using var call = Begin(nameof(Linear), OperatorWork.Linear(x, w, bias, y), x, w.Shape);
        inner.Linear(x, w, bias, y);
    }

    public void TopK(Tensor queries, Tensor database, Tensor squaredNorms, SearchMetric metric, Tensor scores, Tensor rows, long firstRow, bool merge)
    {
        using var call = Begin(nameof(TopK), OperatorWork.TopK(queries, database, squaredNorms, scores, rows, merge), queries, database.Shape);
        inner.TopK(queries, database, squaredNorms, metric, scores, rows, firstRow, merge);
    }
}
