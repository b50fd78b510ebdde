namespace Retrieval.Host;

public sealed partial class Operators
{
    /// <summary>Every element becomes <paramref name="value"/>.</summary>
    public void Fill(Tensor x, float value)
    {
        Require.Activations(nameof(Fill), "x", x, _device);
        _backend.Fill(x, value);
    }

    /// <summary>Copies values between tensors of as many elements and the same type on this device.</summary>
    public void Copy(Tensor source, Tensor target)
    {
        Require.Tensor(nameof(Copy), "source", source, _device, source.Type);
        Require.Count(nameof(Copy), "target", target, source.Count, _device, source.Type);
        _backend.Copy(source, target);
    }

    /// <summary>y = x in the other of the types Float32 and BFloat16, rounded to the nearest, ties to even; what is not a number stays so.</summary>
    public void Cast(Tensor x, Tensor y)
    {
        const string op = nameof(Cast);
        var narrows = x.Type == ElementType.Float32;
        Require.Tensor(op, "x", x, _device, narrows ? ElementType.Float32 : ElementType.BFloat16);
        Require.Count(op, "y", y, x.Count, _device, narrows ? ElementType.BFloat16 : ElementType.Float32);
        _backend.Cast(x, y);
    }

    /// <summary>y = alpha x + beta y, element by element; with beta 0 the old y is not looked at.</summary>
    public void AddScaled(float alpha, Tensor x, float beta, Tensor y)
    {
        Require.Activations(nameof(AddScaled), "x", x, _device);
        Require.Count(nameof(AddScaled), "y", y, x.Count, _device, x.Type);
        _backend.AddScaled(alpha, x, beta, y);
    }

    /// <summary>y = x factors, element by element; y may be x or factors. Float32.</summary>
    public void Multiply(Tensor x, Tensor factors, Tensor y)
    {
        Require.Tensor(nameof(Multiply), "x", x, _device);
        Require.Count(nameof(Multiply), "factors", factors, x.Count, _device);
        Require.Count(nameof(Multiply), "y", y, x.Count, _device);
        _backend.Multiply(x, factors, y);
    }

    /// <summary>Rectifier y = max(x, 0); y may be x.</summary>
    public void Relu(Tensor x, Tensor y)
    {
        Require.Activations(nameof(Relu), "x", x, _device);
        Require.Shape(nameof(Relu), "y", y, x.Shape, _device, x.Type);
        _backend.Relu(x, y);
    }

    /// <summary>dx = dy where the rectifier's output y is above 0, else 0; dx may be dy.</summary>
    public void ReluBackward(Tensor y, Tensor dy, Tensor dx)
    {
        Require.Activations(nameof(ReluBackward), "y", y, _device);
        Require.Shape(nameof(ReluBackward), "dy", dy, y.Shape, _device, y.Type);
        Require.Shape(nameof(ReluBackward), "dx", dx, y.Shape, _device, y.Type);
        _backend.ReluBackward(y, dy, dx);
    }

    /// <summary>Sums of the columns of x seen as a matrix [rows, C]: y[c] = (accumulate ? y[c] : 0) + sum over rows of x[r, c]; y is Float32.</summary>
    public void ColumnSum(Tensor x, Tensor y, bool accumulate = false)
    {
        Require.Activations(nameof(ColumnSum), "x", x, _device);
        Require.Shape(nameof(ColumnSum), "y", y, new Shape(x.Shape.Last), _device);
        _backend.ColumnSum(x, y, accumulate);
    }

    /// <summary>Resizes maps [N, H, W, C] to [N, OH, OW, C] by bilinear interpolation with half-pixel centres and no smoothing: source position (i + 0.5) / scale - 0.5, clamped at the borders.</summary>
    /// <param name="x">Input.</param>
    /// <param name="scaleY">Vertical factor used for the positions; OH = floor(H * factor).</param>
    /// <param name="scaleX">Horizontal factor.</param>
    /// <param name="y">Output; its extents are the caller's choice.</param>
    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y)
    {
        const string op = nameof(ResizeBilinear);
        Require.Map(op, "x", x, _device);
        Require.Rank(op, "y", y, 4, _device, x.Type);
        Require.That(scaleY > 0 && scaleX > 0, op, $"factors {scaleY}, {scaleX} must be above 0");
        Require.That(x.Shape.Count > 0 || y.Shape.Count == 0, op, $"cannot resize an empty map {x.Shape} to {y.Shape}");
        Require.Shape(op, "y", y, new Shape(x.Shape[0], y.Shape[1], y.Shape[2], x.Shape[3]), _device, x.Type);
        _backend.ResizeBilinear(x, scaleY, scaleX, y);
    }
}
