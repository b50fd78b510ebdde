using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>How an activation map [N, H, W, C] becomes one vector an image, [N, <see cref="OutputDimension"/>].</summary>
public interface IPooling
{
    /// <summary>Dimension of the pooled vectors.</summary>
    int OutputDimension { get; }

    /// <summary>The exponent that combines descriptors of several scales: GeM's own when there is one for all channels, else 1. May wait for the device.</summary>
    float ScaleExponent { get; }

    /// <summary>Pools; the caller keeps the map and owns the result.</summary>
    Tensor Forward(Tensor map, Pass pass);

    /// <summary>Gradient of the map, the caller's own, from that of the pooled vectors; parameter gradients are added to.</summary>
    Tensor Backward(Tensor dy, Pass pass);
}
