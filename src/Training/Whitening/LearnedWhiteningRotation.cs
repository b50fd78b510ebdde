namespace Retrieval.Training.Whitening;

/// <summary>
/// Whose scatter C decides the rotation V of a learned whitening P = V^T L^-1, once the matching pairs' S = L L^T has decided L^-1.
/// The rows of P are the generalised eigenvectors of (C, S) with P S P^T = I, so that S^(-1/2) in place of L^-1, as the paper writes it, gives the same P.
/// </summary>
public enum LearnedWhiteningRotation
{
    /// <summary>All descriptors about the mean, as the authors' published code does.</summary>
    AllDescriptors,

    /// <summary>The differences of non-matching pairs, as the paper says (TPAMI 2018, section 3.4).</summary>
    NonMatchingPairs,
}
