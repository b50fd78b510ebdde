using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>Row-wise L2 normalisation x / (|x| + 1e-6) of vectors [N, D].</summary>
public static class L2Layer
{
    /// <summary>Added to the norm, as in the reference networks.</summary>
    public const float Epsilon = 1e-6f;

    /// <summary>Normalises; the caller keeps x and owns the result.</summary>
    public static Tensor Forward(Tensor x, Pass pass)
    {
        var y = pass.Device.Rent(x.Shape);
        var norms = pass.Keeps ? pass.Device.Rent(new Shape(x.Shape[0])) : Tensor.None;
        pass.Operators.L2Normalize(x, Epsilon, y, norms);
        pass.Save(y);
        pass.Save(norms);
        pass.Release(norms);
        return y;
    }

    /// <summary>Turns dy into the gradient of x, in place; none stays none.</summary>
    public static void Backward(Tensor dy, Pass pass)
    {
        Tensor norms = pass.Restore(), y = pass.Restore();
        if (!dy.IsNone)
            pass.Operators.L2NormalizeBackward(y, norms, dy, Epsilon, dy);
    }
}
