namespace Retrieval.Host;

/// <summary>
/// Convolution weights, and the scale of their output channels, in the order and type that a backend computes with, made once
/// for weights that do not change. Owned by the caller; bound to the values at the time of preparation.
/// </summary>
public abstract class PreparedWeights(Shape shape, ConvolutionGeometry geometry, ElementType type) : IDisposable
{
    /// <summary>Shape [K, R, S, C] of the weights that were prepared.</summary>
    public Shape Shape { get; } = shape;

    public ConvolutionGeometry Geometry { get; } = geometry;

    /// <summary>Element type of the maps that they are for.</summary>
    public ElementType Type { get; } = type;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
