using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>
/// Learned whitening Lw (TPAMI 2018, section 3.4): the scatter S = L L^T of matching pairs' differences is made the identity by L^-1, and
/// the eigenvectors V of L^-1 C L^-T, eigenvalues falling, turn the directions that tell most to the front: P = V^T L^-1. The mean m is that of the query
/// side. Since sum z z^T = L^-1 (sum (x - m)(x - m)^T) L^-T for z = L^-1 (x - m), no projected copy of the descriptors is made.
/// </summary>
public static class LearnedWhitening
{
    private const double FirstLift = 1e-10;

    /// <summary>Learns from descriptors and pairs of them.</summary>
    /// <param name="rows">The descriptors; with <see cref="LearnedWhiteningRotation.AllDescriptors"/> each counts once in C, in a pair or not.</param>
    /// <param name="matchingPairs">Row numbers of a query and an image that shows the same; at least one pair, more than D for a full rank.</param>
    /// <param name="options">Settings; none: the defaults.</param>
    /// <param name="nonMatchingPairs">For <see cref="LearnedWhiteningRotation.NonMatchingPairs"/>: row numbers of images that show different things.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">A setting, the pairs or the descriptors cannot be used; the message is for the user.</exception>
    public static WhiteningTransform Learn(
        IDescriptorRows rows,
        IReadOnlyList<(int Query, int Positive)> matchingPairs,
        LearnedWhiteningOptions? options = null,
        IReadOnlyList<(int First, int Second)>? nonMatchingPairs = null,
        CancellationToken cancellation = default)
    {
        options ??= new LearnedWhiteningOptions();
        options.Validate();
        WhiteningChecks.Rows(rows, options.Dimensions);
        WhiteningChecks.Pairs("matching", matchingPairs, rows.Count);
        if (options.Rotation == LearnedWhiteningRotation.NonMatchingPairs)
            WhiteningChecks.Pairs("non-matching", nonMatchingPairs ?? [], rows.Count);
        var workers = new Workers(options.Threads, cancellation);
        var statistics = new DescriptorStatistics(rows, workers, options.Device);
        var mean = statistics.Mean(matchingPairs.Count, pair => matchingPairs[pair].Query);
        var (inverse, rank, lift) = InverseFactor(statistics.OfDifferences(matchingPairs), options.RelativeRegularisation, workers);
        var scatter = options.Rotation == LearnedWhiteningRotation.AllDescriptors
            ? statistics.AboutMean(mean, divisor: 1)
            : statistics.OfDifferences(nonMatchingPairs!);
        var eigen = Rotation(inverse, scatter, workers);
        var kept = options.Dimensions ?? rows.Dimensions;
        var projection = Matrix.Zero(kept, rows.Dimensions);
        MatrixProduct.Add(projection, 1, eigen.Vectors.Block(0, 0, kept, rows.Dimensions), inverse, workers);
        Projection.FixSigns(projection);
        var provenance = new WhiteningProvenance
        {
            Kind = WhiteningKind.Learned,
            Source = options.Source,
            DescriptorCount = rows.Count,
            PairCount = matchingPairs.Count,
            Rotation = options.Rotation,
            InputDimensions = rows.Dimensions,
            EffectiveRank = rank,
            Regularisation = lift,
        };
        return new WhiteningTransform(provenance, mean, projection.Data, eigen.Values[..kept]);
    }

    /// <summary>L^-1 of S + lift I. Where the lift that was asked for does not make it positive definite, it grows by 1e-10, 1e-9, ... until it does.</summary>
    private static (Matrix Inverse, int Rank, double Lift) InverseFactor(Matrix scatter, double relativeLift, Workers workers)
    {
        var factor = Matrix.Zero(scatter.Rows, scatter.Columns);
        double asked = relativeLift * MeanDiagonal(scatter), lift = asked;
        for (var more = FirstLift; !TryFactor(scatter, lift, factor, workers); more *= 10)
            lift = asked + more;
        var inverse = Matrix.Zero(scatter.Rows, scatter.Columns);
        Cholesky.InvertTransposed(factor, inverse, workers);
        var rank = lift == 0 ? scatter.Rows : Projection.EffectiveRank(SymmetricEigen.ValuesOnly(scatter, workers), scatter.Rows);
        return (inverse, rank, lift);
    }

    private static double MeanDiagonal(Matrix matrix)
    {
        var sum = 0.0;
        for (var i = 0; i < matrix.Rows; i++)
            sum += matrix[i, i];
        return sum / matrix.Rows;
    }

    private static bool TryFactor(Matrix scatter, double lift, Matrix factor, Workers workers)
    {
        scatter.Data.CopyTo(factor.Data.AsSpan());
        var smallestPivots = new double[factor.Rows];
        for (var i = 0; i < factor.Rows; i++)
        {
            factor[i, i] += lift;
            // Of a diagonal entry no more than its rounding error is left where the row depends on the rows before it.
            smallestPivots[i] = factor.Rows * Projection.Epsilon * factor[i, i];
        }
        return Cholesky.TryFactor(factor, smallestPivots, workers);
    }

    /// <summary>Eigenvalues and eigenvectors of L^-1 C L^-T.</summary>
    private static SymmetricEigen Rotation(Matrix inverse, Matrix scatter, Workers workers)
    {
        Matrix half = Matrix.Zero(scatter.Rows, scatter.Columns), whitened = Matrix.Zero(scatter.Rows, scatter.Columns);
        MatrixProduct.Add(half, 1, inverse, scatter, workers);
        MatrixProduct.AddSymmetric(whitened, 1, half, inverse.Transposed, workers);
        return SymmetricEigen.Decompose(whitened, workers);
    }
}
