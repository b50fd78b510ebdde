using System.Globalization;

namespace Retrieval.Training.Whitening;

/// <summary>What a whitening was learned from, and what had to be done where the data did not span the space.</summary>
public sealed record WhiteningProvenance
{
    public required WhiteningKind Kind { get; init; }

    /// <summary>Where the descriptors came from, in the user's words.</summary>
    public string Source { get; init; } = "";

    /// <summary>Descriptors used.</summary>
    public required int DescriptorCount { get; init; }

    /// <summary>Matching pairs used; 0 for PCA.</summary>
    public int PairCount { get; init; }

    /// <summary>What decided the rotation of a learned whitening; none for PCA.</summary>
    public LearnedWhiteningRotation? Rotation { get; init; }

    /// <summary>D of the descriptors.</summary>
    public required int InputDimensions { get; init; }

    /// <summary>Rank of the covariance (PCA) or of the matching pairs' scatter (learned): eigenvalues above D 2^-52 times the largest.</summary>
    public required int EffectiveRank { get; init; }

    /// <summary>What was added to the diagonal of the matching pairs' scatter, because it was asked for or singular; else 0.</summary>
    public double Regularisation { get; init; }

    /// <summary>One line for people.</summary>
    public override string ToString()
    {
        var used = Kind == WhiteningKind.Pca
            ? $"PCA whitening from {DescriptorCount} descriptors"
            : $"learned whitening from {PairCount} matching pairs, rotation from {(Rotation == LearnedWhiteningRotation.NonMatchingPairs ? "non-matching pairs" : $"{DescriptorCount} descriptors")}";
        return used + (Source.Length > 0 ? $" of {Source}" : "") + Remedy();
    }

    private string Remedy()
    {
        if (EffectiveRank == InputDimensions && Regularisation == 0)
            return "";
        var deficiency = $": rank {EffectiveRank} of {InputDimensions}";
        return deficiency + (Kind == WhiteningKind.Pca
            ? $", {InputDimensions - EffectiveRank} dimensions without variance dropped"
            : string.Create(CultureInfo.InvariantCulture, $", {Regularisation:0.#e+0} added to the diagonal"));
    }
}
