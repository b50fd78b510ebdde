namespace Retrieval.Host.Backends.Cpu;

/// <summary>Along one axis, the taps of a window that fall inside the map.</summary>
internal readonly struct PoolWindow
{
    /// <param name="output">Coordinate of the window.</param>
    /// <param name="kernel">Taps of the whole window.</param>
    /// <param name="extent">Extent of the map.</param>
    /// <param name="geometry">Stride, padding and dilation.</param>
    public PoolWindow(int output, int kernel, int extent, ConvolutionGeometry geometry)
    {
        var start = (output * geometry.Stride) - geometry.Padding;
        var skipped = start < 0 ? (geometry.Dilation - 1 - start) / geometry.Dilation : 0;
        First = start + (skipped * geometry.Dilation);
        Count = First < extent ? Math.Min(kernel - skipped, ((extent - 1 - First) / geometry.Dilation) + 1) : 0;
    }

    /// <summary>Coordinate of the first tap.</summary>
    public int First { get; }

    /// <summary>Number of taps; 0 or less when the window holds padding alone.</summary>
    public int Count { get; }
}
