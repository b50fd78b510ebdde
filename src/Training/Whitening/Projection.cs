using Retrieval.Training.Whitening.LinearAlgebra;

namespace Retrieval.Training.Whitening;

/// <summary>What PCA and learned whitening share at the end.</summary>
internal static class Projection
{
    /// <summary>Relative rounding error of double precision.</summary>
    public const double Epsilon = 1.0 / (1L << 52);

    /// <summary>Eigenvectors have no sign: makes the entry of largest magnitude in each row positive, so that a result can be reproduced.</summary>
    public static void FixSigns(Matrix projection)
    {
        for (var i = 0; i < projection.Rows; i++)
        {
            var row = projection.Row(i);
            var largest = 0;
            for (var j = 1; j < row.Length; j++)
                if (Math.Abs(row[j]) > Math.Abs(row[largest]))
                    largest = j;
            if (row[largest] < 0)
                VectorOperations.Scale(row, -1);
        }
    }

    /// <summary>How many of the eigenvalues, falling, of a D x D covariance stand out of its rounding error: those above D 2^-52 times the largest.</summary>
    public static int EffectiveRank(ReadOnlySpan<double> eigenvalues, int dimensions)
    {
        var rank = 0;
        while (rank < eigenvalues.Length && eigenvalues[rank] > dimensions * Epsilon * eigenvalues[0])
            rank++;
        return rank;
    }
}
