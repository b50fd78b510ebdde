namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>Reflectors H = I - tau v v^T that turn a vector into a multiple of the first unit vector.</summary>
internal static class Householder
{
    /// <summary>A sum of squares below this has lost digits to underflow; beside a matrix of norm about 1 it is zero.</summary>
    private const double Negligible = 1e-280;

    /// <summary>
    /// Overwrites x (at least one value) with v, v[0] = 1, such that H x = (value, 0, ..., 0). tau = 0 where x has this form already.
    /// </summary>
    public static (double Tau, double Value) Make(Span<double> x)
    {
        var leading = x[0];
        var rest = VectorOperations.Dot(x[1..], x[1..]);
        x[0] = 1;
        if (rest < Negligible)
            return (0, leading);
        var value = -Math.CopySign(Math.Sqrt((leading * leading) + rest), leading);
        VectorOperations.Scale(x[1..], 1 / (leading - value));
        return ((value - leading) / value, value);
    }
}
