using Retrieval.Models.Backbones;
using Retrieval.Models.Heads;

namespace Retrieval.Models;

/// <summary>Everything that a descriptor network is made from, weights apart.</summary>
public sealed record NetworkDescription(BackboneDescription Backbone, HeadDescription Head, ImageNormalization Normalization)
{
    /// <summary>Dimension of the descriptors, before any whitening learnt afterwards.</summary>
    public int Dimension => Head.WhiteningDimensions > 0 ? Head.WhiteningDimensions : Head.PooledDimension(Backbone.OutputChannels);

    /// <summary>Checks every part.</summary>
    /// <exception cref="ArgumentException">A part is out of range.</exception>
    public void Validate()
    {
        Backbone.Validate();
        Head.Validate();
        Normalization.Validate();
    }
}
