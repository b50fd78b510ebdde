namespace Retrieval.Host;

/// <summary>How a convolution's or pooling's window moves: kernel extents, stride, zero padding and dilation, in elements.</summary>
public readonly record struct ConvolutionGeometry(int KernelHeight, int KernelWidth, int Stride = 1, int Padding = 0, int Dilation = 1)
{
    /// <summary>A square window.</summary>
    public static ConvolutionGeometry Square(int kernel, int stride = 1, int padding = 0, int dilation = 1) => new(kernel, kernel, stride, padding, dilation);

    /// <summary>Output height for an input height: floor((H + 2 padding - dilation (kernel - 1) - 1) / stride) + 1, never below 0.</summary>
    public int OutputHeight(int height) => Output(height, KernelHeight);

    /// <summary>Output width for an input width.</summary>
    public int OutputWidth(int width) => Output(width, KernelWidth);

    /// <summary>Shape [N, OH, OW, K] of the output for an input [N, H, W, C] and K output channels.</summary>
    public Shape OutputShape(Shape input, int channels) => new(input[0], OutputHeight(input[1]), OutputWidth(input[2]), channels);

    private int Output(int extent, int kernel)
    {
        var span = extent + (2 * Padding) - (Dilation * (kernel - 1)) - 1;
        return span < 0 ? 0 : (span / Stride) + 1;
    }
}
