namespace Retrieval.Host;

/// <summary>What NetVLAD's forward pass leaves for its backward pass, for maps [N, H, W, C]; the result belongs to it as well.</summary>
/// <param name="Scales">s [N, H, W]: 1 / max(|x|, 1e-12) of each location. None: locations are used as they are.</param>
/// <param name="Assignment">a [N, H, W, K + G], each location's sum is 1.</param>
/// <param name="Mass">[N, K]: the sum of a over the locations.</param>
/// <param name="Norms">[N, K]: |V_k|.</param>
public readonly record struct NetVladState(Tensor Scales, Tensor Assignment, Tensor Mass, Tensor Norms)
{
    /// <summary>Rents what the maps and parameters need.</summary>
    /// <param name="map">[N, H, W, C].</param>
    /// <param name="weights">Parameters.</param>
    /// <param name="normalizeLocations">Whether each location is divided by its length.</param>
    public static NetVladState Rent(Tensor map, in NetVladWeights weights, bool normalizeLocations)
    {
        int images = map.Shape[0], height = map.Shape[1], width = map.Shape[2];
        var perCluster = new Shape(images, weights.Centroids.Shape[0]);
        return new NetVladState(
            normalizeLocations ? map.Device.Rent(new Shape(images, height, width)) : Tensor.None,
            map.Device.Rent(new Shape(images, height, width, weights.Assignment.Shape[0])),
            map.Device.Rent(perCluster),
            map.Device.Rent(perCluster));
    }
}
