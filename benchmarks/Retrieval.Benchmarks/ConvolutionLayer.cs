using Retrieval.Host;

namespace Retrieval.Benchmarks;

/// <summary>A square convolution over a batch of square maps.</summary>
public sealed record ConvolutionLayer(int Batch, int Extent, int Channels, int Filters, int Kernel, int Stride) : IWork
{
    /// <summary>One of each kind of convolution in a ResNet-50, batch 8 at 224 x 224.</summary>
    public static ConvolutionLayer[] ResNet50 { get; } =
    [
        new(8, 224, 3, 64, 7, 2),
        new(8, 56, 64, 64, 3, 1),
        new(8, 56, 64, 256, 1, 1),
        new(8, 56, 256, 64, 1, 1),
        new(8, 56, 128, 128, 3, 2),
        new(8, 28, 128, 128, 3, 1),
        new(8, 28, 512, 128, 1, 1),
        new(8, 14, 256, 256, 3, 1),
        new(8, 14, 256, 1024, 1, 1),
        new(8, 7, 512, 512, 3, 1),
        new(8, 7, 2048, 512, 1, 1),
    ];

    public ConvolutionGeometry Geometry => ConvolutionGeometry.Square(Kernel, Stride, Kernel / 2);

    public Shape Input => new(Batch, Extent, Extent, Channels);

    public Shape Weights => new(Filters, Kernel, Kernel, Channels);

    public Shape Output => Geometry.OutputShape(Input, Filters);

    public double FlopCount => 2.0 * Output.Count * Kernel * Kernel * Channels;

    public override string ToString() => $"{Channels}->{Filters} {Kernel}x{Kernel}/{Stride} @{Extent}";
}
