namespace Retrieval.Models.Heads;

/// <summary>How an activation map becomes one vector.</summary>
public enum PoolingKind
{
    /// <summary>Maximum of each channel.</summary>
    Mac,

    /// <summary>Mean of each channel.</summary>
    Spoc,

    /// <summary>Generalised mean with one exponent.</summary>
    Gem,

    /// <summary>Generalised mean with an exponent per channel.</summary>
    GemPerChannel,

    /// <summary>Generalised mean under a learnt mask, with one exponent.</summary>
    WeightedGem,

    /// <summary>Generalised mean under a learnt mask, with an exponent per channel.</summary>
    WeightedGemPerChannel,

    /// <summary>Maxima of regions, each L2-normalised, added up.</summary>
    RegionalMac,

    /// <summary>Generalised means of regions, each L2-normalised, added up.</summary>
    RegionalGem,

    /// <summary>Generalised means of regions under learnt masks, each L2-normalised, added up.</summary>
    RegionalWeightedGem,

    /// <summary>Sum under cross-dimensional weights, which follow from the map and are not learnt.</summary>
    Crow,

    /// <summary>Residuals to learnt cluster centres, softly assigned (CVPR 2016).</summary>
    NetVlad,

    /// <summary>Residuals to the nearest of fixed cluster centres.</summary>
    Vlad,
}
