namespace Retrieval.Host.Backends;

/// <summary>The extents of a NetVLAD call.</summary>
internal readonly struct NetVladExtent(Tensor x, NetVladWeights weights)
{
    public int Images { get; } = x.Shape[0];

    /// <summary>Locations of an image.</summary>
    public int Positions { get; } = checked(x.Shape[1] * x.Shape[2]);

    public int Channels { get; } = x.Shape[3];

    /// <summary>K: those that are aggregated.</summary>
    public int Clusters { get; } = weights.Centroids.Shape[0];

    /// <summary>K + G, ghosts included.</summary>
    public int All { get; } = weights.Assignment.Shape[0];

    /// <summary>Locations of all images.</summary>
    public int Locations => checked(Images * Positions);
}
