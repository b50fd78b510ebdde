namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>Positions and taps of a convolution's windows: tap (r, s) of window (i, j) reads pixel (i * Stride + OriginY + r * Dilation, j * Stride + OriginX + s * Dilation).</summary>
/// <param name="Height">Windows in a column.</param>
/// <param name="Width">Windows in a row.</param>
/// <param name="TapsY">Taps in a column.</param>
/// <param name="TapsX">Taps in a row.</param>
/// <param name="Stride">Pixels from window to window.</param>
/// <param name="OriginY">Row of the first window's first tap; negative inside the padding.</param>
/// <param name="OriginX">Column of the first window's first tap.</param>
/// <param name="Dilation">Pixels from tap to tap.</param>
internal readonly record struct WindowGrid(int Height, int Width, int TapsY, int TapsX, int Stride, int OriginY, int OriginX, int Dilation)
{
    /// <summary>The windows of a convolution over maps of the given height and width.</summary>
    public static WindowGrid Of(ConvolutionGeometry geometry, int height, int width) => new(
        geometry.OutputHeight(height), geometry.OutputWidth(width), geometry.KernelHeight, geometry.KernelWidth,
        geometry.Stride, -geometry.Padding, -geometry.Padding, geometry.Dilation);

    /// <summary>Windows of one pixel, all in one line.</summary>
    public static WindowGrid Pixels(int count) => new(1, count, TapsY: 1, TapsX: 1, Stride: 1, OriginY: 0, OriginX: 0, Dilation: 1);

    /// <summary>Whether the windows are the pixels of a map, each once and in order.</summary>
    public bool IsPixels(int height, int width) => this with { Dilation = 1 } == new WindowGrid(height, width, 1, 1, 1, 0, 0, 1);

    /// <summary>The window of a row of the windows' matrix.</summary>
    public WindowPosition PositionOf(int row)
    {
        var (line, j) = Math.DivRem(row, Width);
        var (n, i) = Math.DivRem(line, Height);
        return new WindowPosition(n, i, j);
    }

    public int Y(int i) => (i * Stride) + OriginY;

    public int X(int j) => (j * Stride) + OriginX;

    /// <summary>The windows [low, high) of a line whose pixels from shift <paramref name="first"/> to <paramref name="last"/> lie inside a map's width.</summary>
    public (int Low, int High) InsideX(int first, int last, int width)
    {
        int lack = Math.Max(0, -OriginX - first), room = width - 1 - last - OriginX;
        return Stride == 1
            ? (lack, Math.Min(Width, room + 1))
            : ((lack + Stride - 1) / Stride, room < 0 ? 0 : Math.Min(Width, (room / Stride) + 1));
    }
}
