using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>
/// PCA whitening: with the covariance C = V diag(lambda) V^T of the descriptors, eigenvalues falling, P = diag(lambda^(-1/2)) V^T, so that
/// P C P^T = I. Directions in which the descriptors do not vary are left out. From fewer descriptors than
/// dimensions it works on their inner products instead of the covariance, so that long descriptors cost no D x D matrix.
/// </summary>
public static class PcaWhitening
{
    /// <summary>A variance below this share of the mean's square is the rounding error of the mean.</summary>
    private const double NoVariance = 1e-24;

    /// <summary>Learns from descriptors without labels.</summary>
    /// <param name="rows">At least two descriptors that are not all the same.</param>
    /// <param name="options">Settings; none: the defaults.</param>
    /// <param name="cancellation">Stops the work.</param>
    /// <exception cref="ArgumentException">A setting or the descriptors cannot be used; the message is for the user.</exception>
    public static WhiteningTransform Learn(IDescriptorRows rows, PcaWhiteningOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new PcaWhiteningOptions();
        options.Validate();
        WhiteningChecks.Rows(rows, options.Dimensions);
        if (rows.Count < 2)
            throw new ArgumentException($"PCA whitening needs at least 2 descriptors, got {rows.Count}");
        var workers = new Workers(options.Threads, cancellation);
        var statistics = new DescriptorStatistics(rows, workers, options.Device);
        var mean = statistics.Mean(rows.Count, row => row);
        var divisor = options.Divisor == CovarianceDivisor.Count ? rows.Count : rows.Count - 1;
        var (variances, axes) = rows.Count < rows.Dimensions
            ? AxesFromSamples(statistics.Centred(mean), divisor, workers)
            : AxesFromCovariance(statistics.AboutMean(mean, divisor), workers);
        if (variances.Length == 0 || variances[0] <= NoVariance * VectorOperations.Dot(mean, mean))
            throw new ArgumentException($"PCA whitening: all {rows.Count} descriptors are the same");
        var kept = Math.Min(options.Dimensions ?? variances.Length, variances.Length);
        var projection = new Matrix(axes.Data[..(kept * rows.Dimensions)], kept, rows.Dimensions);
        for (var i = 0; i < kept; i++)
            VectorOperations.Scale(projection.Row(i), 1 / Math.Sqrt(variances[i]));
        Projection.FixSigns(projection);
        var provenance = new WhiteningProvenance
        {
            Kind = WhiteningKind.Pca,
            Source = options.Source,
            DescriptorCount = rows.Count,
            InputDimensions = rows.Dimensions,
            EffectiveRank = variances.Length,
        };
        return new WhiteningTransform(provenance, mean, projection.Data, variances[..kept]);
    }

    /// <summary>The covariance's eigenvalues that are not zero and their unit eigenvectors.</summary>
    private static (double[] Variances, Matrix Axes) AxesFromCovariance(Matrix covariance, Workers workers)
    {
        var eigen = SymmetricEigen.Decompose(covariance, workers);
        return (eigen.Values[..Projection.EffectiveRank(eigen.Values, covariance.Rows)], eigen.Vectors);
    }

    /// <summary>
    /// The same from fewer descriptors than dimensions: X^T X and X X^T share their eigenvalues, and where u is an eigenvector of the smaller one, X^T u
    /// is one of the other.
    /// </summary>
    private static (double[] Variances, Matrix Axes) AxesFromSamples(Matrix centred, double divisor, Workers workers)
    {
        var inner = Matrix.Zero(centred.Rows, centred.Rows);
        MatrixProduct.AddSymmetric(inner, 1 / divisor, centred, centred.Transposed, workers);
        var eigen = SymmetricEigen.Decompose(inner, workers);
        var rank = Projection.EffectiveRank(eigen.Values, centred.Columns);
        var axes = Matrix.Zero(rank, centred.Columns);
        MatrixProduct.Add(axes, 1, eigen.Vectors.Block(0, 0, rank, centred.Rows), centred, workers);
        for (var i = 0; i < rank; i++)
            VectorOperations.Scale(axes.Row(i), 1 / Math.Sqrt(VectorOperations.Dot(axes.Row(i), axes.Row(i))));
        return (eigen.Values[..rank], axes);
    }
}
