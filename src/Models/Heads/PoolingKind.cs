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
}
