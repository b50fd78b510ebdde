using System.Runtime.CompilerServices;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// The implicit QR iteration with Wilkinson's shift on a symmetric tridiagonal matrix (Golub, Van Loan: Matrix Computations, 8.3). The rotations are
/// handed on in sweeps: to apply them to Q^T makes its rows the eigenvectors.
/// </summary>
internal static class TridiagonalQr
{
    private const int MaxSweepsPerValue = 40;

    /// <summary>Below this a rotation would lose its orthogonality to underflow; entries so small are zero beside a matrix of norm about 1.</summary>
    private const double Negligible = 1e-140;

    private const double Epsilon = 1.0 / (1L << 52);

    /// <summary>Overwrites the diagonal with the eigenvalues, in no order. The largest entry is about 1.</summary>
    public static void Diagonalise(Span<double> diagonal, Span<double> offDiagonal, RotationSweeps rotations)
    {
        var tolerance = Epsilon * Norm(diagonal, offDiagonal);
        var sweepsLeft = (long)MaxSweepsPerValue * diagonal.Length;
        for (var last = diagonal.Length - 1; last > 0;)
        {
            var first = last;
            while (first > 0 && Math.Abs(offDiagonal[first - 1]) > tolerance)
                first--;
            if (first == last)
            {
                last--;
                continue;
            }
            if (sweepsLeft-- == 0)
                throw new InvalidOperationException($"TridiagonalQr: no convergence at row {last} of {diagonal.Length}; is the input finite?");
            Sweep(diagonal[first..(last + 1)], offDiagonal[first..last], rotations.Record(first, last - first));
        }
        rotations.Flush();
    }

    private static double Norm(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        var norm = 0.0;
        for (var i = 0; i < diagonal.Length; i++)
        {
            double left = i > 0 ? Math.Abs(offDiagonal[i - 1]) : 0, right = i < offDiagonal.Length ? Math.Abs(offDiagonal[i]) : 0;
            norm = Math.Max(norm, left + Math.Abs(diagonal[i]) + right);
        }
        return norm;
    }

    /// <summary>One QR step from the top to the bottom of an unreduced block: the shift makes a bulge, each rotation moves it one row down.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sweep(Span<double> d, Span<double> e, Span<double> rotations)
    {
        double x = d[0] - Shift(d[^2], e[^1], d[^1]), bulge = e[0];
        for (var k = 0; k < e.Length; k++)
        {
            var radius = Math.Sqrt((x * x) + (bulge * bulge));
            var (c, s) = radius > Negligible ? (x / radius, bulge / radius) : (1, 0);
            if (k > 0)
                e[k - 1] = radius;
            var difference = ((d[k + 1] - d[k]) * s) + (2 * c * e[k]);
            d[k] += s * difference;
            d[k + 1] -= s * difference;
            e[k] = (c * difference) - e[k];
            x = e[k];
            if (k + 1 < e.Length)
            {
                bulge = s * e[k + 1];
                e[k + 1] *= c;
            }
            (rotations[2 * k], rotations[(2 * k) + 1]) = (c, s);
        }
    }

    /// <summary>The eigenvalue of the last 2 x 2 block that is nearer to its last entry.</summary>
    private static double Shift(double upper, double off, double lower)
    {
        var half = (upper - lower) / 2;
        return lower - (Math.CopySign(off * off, half) / (Math.Abs(half) + Math.Sqrt((half * half) + (off * off))));
    }
}
