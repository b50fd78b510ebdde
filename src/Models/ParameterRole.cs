namespace Retrieval.Models;

/// <summary>What a parameter is, as far as optimisers and weight files treat it differently.</summary>
public enum ParameterRole
{
    /// <summary>Convolution weights, [K, R, S, C] in memory and [K, C, R, S] in files.</summary>
    Convolution,

    /// <summary>The weights of a pooling's mask: laid out as those of convolutions, and 0 at the start.</summary>
    MaskConvolution,

    /// <summary>Weights of a linear layer, [O, I].</summary>
    Linear,

    /// <summary>A bias or a normalisation's shift.</summary>
    Bias,

    /// <summary>A normalisation's scale.</summary>
    NormScale,

    /// <summary>A normalisation's running mean or variance: kept in files, never trained.</summary>
    Statistic,

    /// <summary>The exponent of a pooling head: a rate of its own and no decay.</summary>
    PoolExponent,

    /// <summary>A loss's class centres, [classes, D]: they descend plainly, at a rate of their own.</summary>
    Centre,

    /// <summary>The boundary between near and far of a margin loss: no decay.</summary>
    MarginBoundary,
}
