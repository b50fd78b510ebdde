using BenchmarkDotNet.Attributes;
using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;

namespace Retrieval.Benchmarks;

/// <summary>The way of a photograph into a batch: 1024 x 768 decoded, brought to 362 pixels, normalised.</summary>
[MemoryDiagnoser]
public class ImagingBenchmarks
{
    private const int Size = 362;

    private readonly RgbImage _photograph = MakePhotograph();
    private byte[] _jpeg = [];
    private RgbImage _small = null!;
    private float[] _tensor = [];

    [GlobalSetup]
    public void Prepare()
    {
        _jpeg = ImageEncoder.EncodeJpeg(_photograph, 85);
        _small = _photograph.ResizeLong(Size);
        _tensor = new float[_small.Pixels.Length];
    }

    [Benchmark]
    public RgbImage Decode() => ImageDecoder.Decode(_jpeg, "photograph");

    [Benchmark]
    public RgbImage DecodeShrunk() => ImageDecoder.Decode(_jpeg, "photograph", new DecodeOptions { ShrinkToLongSide = Size });

    [Benchmark]
    [Arguments(ResampleFilter.Bilinear)]
    [Arguments(ResampleFilter.Bicubic)]
    [Arguments(ResampleFilter.Lanczos3)]
    public RgbImage ResizeLong(ResampleFilter filter) => _photograph.ResizeLong(Size, filter);

    [Benchmark]
    public RgbImage Thumbnail() => _photograph.Thumbnail(Size);

    [Benchmark]
    public void Normalize() => ImageNormalizer.ImageNet.Write(_small, _tensor);

    /// <summary>Waves and some noise: compresses about as a photograph does.</summary>
    private static RgbImage MakePhotograph()
    {
        var image = new RgbImage(1024, 768);
        var random = new SeededRandom(1);
        for (var y = 0; y < image.Height; y++)
            for (var x = 0; x < image.Width; x++)
            {
                var value = 128 + (60 * Math.Sin(x / 17.0) * Math.Cos(y / 23.0)) + (8 * random.NextGaussian());
                image[x, y] = new Rgb((byte)value, (byte)(value * 0.9), (byte)(255 - value));
            }
        return image;
    }
}
