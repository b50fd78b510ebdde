namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>
    /// Convolution: y[n,i,j,k] = epilogue( sum over r, s, c of x[n, i*stride - pad + r*dil, j*stride - pad + s*dil, c] * w[k,r,s,c] ).
    /// </summary>
    /// <param name="x">Input [N, H, W, C].</param>
    /// <param name="w">Weights [K, R, S, C]: Float32, or BFloat16 where <paramref name="x"/> is.</param>
    /// <param name="geometry">Window; R and S must be the weights' extents.</param>
    /// <param name="y">Output [N, OH, OW, K], of the type of <paramref name="x"/>.</param>
    /// <param name="epilogue">Scale, shift, residual and ReLU applied while storing.</param>
    public void Convolution(Tensor x, Tensor w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue = default)
    {
        const string op = nameof(Convolution);
        RequireWeights(op, w, x.Type);
        RequireConvolution(op, x, w.Shape, geometry, y, epilogue);
        _backend.Convolution(x, w, geometry, y, epilogue);
    }

    /// <summary>
    /// As <see cref="Convolution(Tensor, Tensor, ConvolutionGeometry, Tensor, ConvolutionEpilogue)"/> with weights prepared once. The scale is
    /// the one that they were prepared with; the epilogue has none.
    /// </summary>
    public void Convolution(Tensor x, PreparedWeights w, Tensor y, ConvolutionEpilogue epilogue = default)
    {
        const string op = nameof(Convolution);
        Require.Tensor(op, "x", x, _device, w.Type);
        Require.That(epilogue.Scale.IsNone, op, "the epilogue has a scale, expected none: it belongs to the preparation of the weights");
        RequireConvolution(op, x, w.Shape, w.Geometry, y, epilogue);
        _backend.Convolution(x, w, y, epilogue);
    }

    /// <summary>
    /// Puts weights into the order and type that the backend computes with. Later changes to <paramref name="w"/> and <paramref name="scale"/> are not seen.
    /// </summary>
    /// <param name="w">Weights [K, R, S, C]: Float32, or BFloat16 for maps of that type.</param>
    /// <param name="geometry">Window.</param>
    /// <param name="scale">Optional factor per output channel [K], applied to the product before the rest of the epilogue.</param>
    /// <param name="type">Element type of the maps: Float32 or BFloat16.</param>
    public PreparedWeights PrepareConvolution(Tensor w, ConvolutionGeometry geometry, Tensor scale = default, ElementType type = ElementType.Float32)
    {
        const string op = nameof(PrepareConvolution);
        RequireWeights(op, w, type);
        Require.Optional(op, "scale", scale, new Shape(w.Shape[0]), _device);
        return _backend.PrepareConvolution(w, geometry, scale, type);
    }

    /// <summary>Gradient to the input: dx = convolution transposed of (dy * scale) with w.</summary>
    /// <param name="dy">Gradient of the output [N, OH, OW, K].</param>
    /// <param name="w">Weights [K, R, S, C]: Float32, or BFloat16 where <paramref name="dy"/> is.</param>
    /// <param name="scale">Optional factor per output channel [K] (a frozen normalisation's scale).</param>
    /// <param name="geometry">Window of the forward pass.</param>
    /// <param name="dx">Receives the gradient [N, H, W, C], of the type of <paramref name="dy"/>.</param>
    /// <param name="accumulate">Add to <paramref name="dx"/> instead of overwriting it.</param>
    public void ConvolutionInputGradient(Tensor dy, Tensor w, Tensor scale, ConvolutionGeometry geometry, Tensor dx, bool accumulate = false)
    {
        const string op = nameof(ConvolutionInputGradient);
        RequireWeights(op, w, dx.Type);
        RequireConvolution(op, dx, w.Shape, geometry, dy, default);
        Require.Optional(op, "scale", scale, new Shape(w.Shape[0]), _device);
        _backend.ConvolutionInputGradient(dy, w, scale, geometry, dx, accumulate);
    }

    /// <summary>Gradient to the weights: dw[k,r,s,c] = sum over n, i, j of dy[n,i,j,k] * x[n, i*stride - pad + r*dil, ...].</summary>
    /// <param name="x">Input [N, H, W, C] of the forward pass.</param>
    /// <param name="dy">Gradient of the output [N, OH, OW, K], of the type of <paramref name="x"/>.</param>
    /// <param name="geometry">Window of the forward pass.</param>
    /// <param name="dw">Receives the gradient [K, R, S, C], Float32 whatever the maps are.</param>
    /// <param name="accumulate">Add to <paramref name="dw"/> instead of overwriting it.</param>
    public void ConvolutionWeightGradient(Tensor x, Tensor dy, ConvolutionGeometry geometry, Tensor dw, bool accumulate = false)
    {
        const string op = nameof(ConvolutionWeightGradient);
        Require.Rank(op, "dw", dw, 4, _device);
        RequireConvolution(op, x, dw.Shape, geometry, dy, default);
        _backend.ConvolutionWeightGradient(x, dy, geometry, dw, accumulate);
    }

    private void RequireConvolution(string op, Tensor x, Shape w, ConvolutionGeometry geometry, Tensor y, ConvolutionEpilogue epilogue)
    {
        Require.Map(op, "x", x, _device);
        Require.Window(op, geometry);
        Require.That(w.Rank == 4 && w == new Shape(w[0], geometry.KernelHeight, geometry.KernelWidth, x.Shape[3]), op,
            $"weights have shape {w}, expected [K, {geometry.KernelHeight}, {geometry.KernelWidth}, {x.Shape[3]}]");
        Require.Shape(op, "y", y, geometry.OutputShape(x.Shape, w[0]), _device, x.Type);
        Require.Optional(op, "scale", epilogue.Scale, new Shape(w[0]), _device);
        Require.Optional(op, "shift", epilogue.Shift, new Shape(w[0]), _device);
        Require.Optional(op, "residual", epilogue.Residual, y.Shape, _device, x.Type);
    }

    /// <summary>Weights are float32; a working copy in bfloat16 will do where the maps are that too.</summary>
    private void RequireWeights(string op, Tensor w, ElementType maps) =>
        Require.Rank(op, "w", w, 4, _device, maps == ElementType.BFloat16 && w.Type == ElementType.BFloat16 ? ElementType.BFloat16 : ElementType.Float32);
}
