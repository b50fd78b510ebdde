using Retrieval.Host;

namespace Retrieval.Models.Heads;

/// <summary>
/// Vectors of overlapping regions, each L2-normalised, whitened and normalised again where there is a layer for it (<c>pool.whiten</c>), and added up: R-MAC, and the same with
/// generalised means in place of maxima. The sum is not normalised.
/// </summary>
internal class RegionalPooling : IPooling, IDisposable
{
    private readonly IRegionPooling _regionPooling;
    private readonly RegionCache _regions;
    private readonly LinearLayer? _whitening;

    public RegionalPooling(ParameterSet parameters, HeadDescription description, int channels, IRegionPooling regionPooling)
    {
        OutputDimension = channels;
        _regionPooling = regionPooling;
        _regions = new RegionCache(parameters.Device, description.RegionLevels);
        if (description.WhitenRegions)
            _whitening = new LinearLayer(parameters, "pool.whiten", channels, channels);
    }

    /// <inheritdoc/>
    public int OutputDimension { get; }

    /// <summary>1: regions' sums are combined by the plain mean, as in the reference code.</summary>
    public float ScaleExponent => 1;

    /// <inheritdoc/>
    public Tensor Forward(Tensor map, Pass pass)
    {
        var vectors = RegionVectors(map, pass);
        int images = map.Shape[0], values = checked(images * OutputDimension);
        var y = pass.Device.Rent(new Shape(images, OutputDimension));
        pass.Operators.ColumnSum(vectors.Reshape(new Shape(vectors.Shape[0] / images, values)), y.Reshape(new Shape(values)));
        pass.Release(vectors);
        return y;
    }

    /// <inheritdoc/>
    public Tensor Backward(Tensor dy, Pass pass)
    {
        var map = pass.Restore();
        var regions = _regions.Of(map.Shape);
        int images = dy.Shape[0], count = regions.Count;
        var gradient = pass.Device.Rent(new Shape(count * images, OutputDimension));
        for (var region = 0; region < count; region++)
            pass.Operators.Copy(dy, gradient.Slice(region * images, images));
        L2Layer.Backward(gradient, pass);
        if (_whitening is not null)
        {
            var inner = _whitening.Backward(gradient, pass);
            pass.Device.Return(gradient);
            gradient = inner;
            L2Layer.Backward(gradient, pass);
        }
        var dMap = _regionPooling.Backward(gradient, regions, pass);
        pass.Device.Return(gradient);
        return dMap;
    }

    /// <summary>What is added up: the regions' vectors [R * N, C], the caller's own.</summary>
    internal Tensor RegionVectors(Tensor map, Pass pass)
    {
        var pooled = _regionPooling.Forward(map, _regions.Of(map.Shape), pass);
        var vectors = L2Layer.Forward(pooled, pass);
        pass.Release(pooled);
        if (_whitening is not null)
        {
            var projected = _whitening.Forward(vectors, pass);
            pass.Release(vectors);
            vectors = L2Layer.Forward(projected, pass);
            pass.Release(projected);
        }
        pass.Save(map);
        return vectors;
    }

    /// <inheritdoc/>
    public void Dispose() => _regions.Dispose();
}
