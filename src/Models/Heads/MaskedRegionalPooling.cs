using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>Regional wGeM; its mask is that of the whole map.</summary>
internal sealed class MaskedRegionalPooling(ParameterSet parameters, HeadDescription description, int channels, PoolExponent exponent, MaskLayer mask)
    : RegionalPooling(parameters, description, channels, new RegionGem(exponent, mask, description.OwnMasks)), IMaskedPooling
{
    /// <inheritdoc/>
    public Tensor Mask(Tensor map, Pass pass) => mask.Forward(map, null, own: false, pass);
}
