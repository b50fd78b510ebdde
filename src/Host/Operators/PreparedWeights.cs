namespace Retrieval.Host;

/// <summary>
/// Convolution weights in the order that a backend computes with, made once for weights that do not change. Owned by
/// the caller; bound to the values at the time of preparation.
/// </summary>
public abstract class PreparedWeights(Shape shape, ConvolutionGeometry geometry) : IDisposable
{
    /// <summary>Shape [K, R, S, C] of the weights that were prepared.</summary>
    public Shape Shape { get; } = shape;

    public ConvolutionGeometry Geometry { get; } = geometry;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
