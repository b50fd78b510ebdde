namespace Retrieval.Host.Diagnostics;

internal sealed partial class ProfilingBackend
{
    public void Fill(Tensor x, float value)
    {
        using var call = Begin(nameof(Fill), OperatorWork.Elements(x, 0), x);
        inner.Fill(x, value);
    }

    public void Copy(Tensor source, Tensor target)
    {
        using var call = Begin(nameof(Copy), OperatorWork.Elements(source, 0, target), source);
        inner.Copy(source, target);
    }

    public void Cast(Tensor x, Tensor y)
    {
        using var call = Begin(nameof(Cast), OperatorWork.Elements(x, 0, y), x);
        inner.Cast(x, y);
    }

    public void AddScaled(float alpha, Tensor x, float beta, Tensor y)
    {
        using var call = Begin(nameof(AddScaled), OperatorWork.AddScaled(x, beta, y), x);
        inner.AddScaled(alpha, x, beta, y);
    }

    public void Multiply(Tensor x, Tensor factors, Tensor y)
    {
        using var call = Begin(nameof(Multiply), OperatorWork.Elements(x, 1, factors, y), x);
        inner.Multiply(x, factors, y);
    }

    public void Relu(Tensor x, Tensor y)
    {
        using var call = Begin(nameof(Relu), OperatorWork.Elements(x, 1, y), x);
        inner.Relu(x, y);
    }

    public void ReluBackward(Tensor y, Tensor dy, Tensor dx)
    {
        using var call = Begin(nameof(ReluBackward), OperatorWork.Elements(y, 1, dy, dx), y);
        inner.ReluBackward(y, dy, dx);
    }

    public void ColumnSum(Tensor x, Tensor y, bool accumulate)
    {
        using var call = Begin(nameof(ColumnSum), OperatorWork.ColumnSum(x, y, accumulate), x);
        inner.ColumnSum(x, y, accumulate);
    }

    public void ResizeBilinear(Tensor x, float scaleY, float scaleX, Tensor y)
    {
        using var call = Begin(nameof(ResizeBilinear), OperatorWork.ResizeBilinear(x, y), x, y.Shape);
        inner.ResizeBilinear(x, scaleY, scaleX, y);
    }
}
