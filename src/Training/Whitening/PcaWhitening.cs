using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>
/// PCA whitening: with the covariance C = V diag(lambda) V^T of the descriptors, eigenvalues falling, P = diag(lambda^(-1/2)) V^T, so that
/// P C P^T = I. Directions in which the descriptors do not vary are left out.
/// </summary>
public static class PcaWhitening
{
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
        var statistics = new DescriptorStatistics(rows, workers);
        var mean = statistics.Mean(rows.Count, row => row);
        var covariance = statistics.AboutMean(mean, options.Divisor == CovarianceDivisor.Count ? rows.Count : rows.Count - 1);
        var eigen = SymmetricEigen.Decompose(covariance, workers);
        var rank = Projection.EffectiveRank(eigen.Values);
        if (rank == 0)
            throw new ArgumentException($"PCA whitening: all {rows.Count} descriptors are the same");
        var kept = Math.Min(options.Dimensions ?? rank, rank);
        var projection = new Matrix(eigen.Vectors.Data[..(kept * rows.Dimensions)], kept, rows.Dimensions);
        for (var i = 0; i < kept; i++)
            VectorOperations.Scale(projection.Row(i), 1 / Math.Sqrt(eigen.Values[i]));
        Projection.FixSigns(projection);
        var provenance = new WhiteningProvenance
        {
            Kind = WhiteningKind.Pca,
            Source = options.Source,
            DescriptorCount = rows.Count,
            InputDimensions = rows.Dimensions,
            EffectiveRank = rank,
        };
        return new WhiteningTransform(provenance, mean, projection.Data, eigen.Values[..kept]);
    }
}
