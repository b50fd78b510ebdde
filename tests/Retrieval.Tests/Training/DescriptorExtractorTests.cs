using System.Numerics.Tensors;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Imaging.Augmentation;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Xunit;

namespace Retrieval.Tests.Training;

public sealed class DescriptorExtractorTests : IDisposable
{
    private readonly Device _device = Device.OpenCpu(1);
    private readonly RetrievalModel _model;

    public DescriptorExtractorTests() => _model = Make(0);

    public void Dispose()
    {
        _model.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(32, 3)]
    public void Images_of_several_sizes_come_out_in_their_order(int batch, int threads)
    {
        var images = StripedImages.Source(10, 5, i => (16 + (8 * (i * i % 3)), i % 7 == 0 ? 16 : 24));
        int[] indices = [.. Enumerable.Range(0, 50).Reverse(), 7, 7];
        var extractor = new DescriptorExtractor(_model, new ExtractionOptions(batch, threads));
        var single = new DescriptorExtractor(_model, new ExtractionOptions(1, 1));
        var positions = new List<int>();
        var failures = extractor.Extract(images, indices, (position, descriptor) =>
        {
            positions.Add(position);
            AssertClose(single.ExtractAll(images, [indices[position]]), descriptor.ToArray());
        });
        Assert.Equal(Enumerable.Range(0, indices.Length), positions);
        Assert.Equal(0, failures.Count);
    }

    [Fact]
    public void No_images_are_no_work() => Assert.Empty(new DescriptorExtractor(_model, new ExtractionOptions()).ExtractAll(StripedImages.Source(1, 1), []));

    [Fact]
    public void Unreadable_images_are_skipped_and_listed()
    {
        var folder = Directory.CreateTempSubdirectory("retrieval-extract-").FullName;
        try
        {
            var good = StripedImages.Source(6, 1);
            string[] paths = [.. Enumerable.Range(0, 6).Select(i => Path.Combine(folder, $"{i}.png"))];
            for (var i = 0; i < paths.Length; i++)
                ImageEncoder.Save(good.Load(i), paths[i]);
            File.WriteAllText(paths[4], "not an image");
            File.Delete(paths[1]);
            Directory.CreateDirectory(paths[1]);
            File.WriteAllBytes(paths[3], []);
            var images = new FileImageSource(paths, ImageSizing.Parse("16"));
            var extractor = new DescriptorExtractor(_model, new ExtractionOptions(2, 2));
            var got = new Dictionary<int, float[]>();
            var failures = extractor.Extract(images, [0, 1, 2, 3, 4, 5], (position, descriptor) => got.Add(position, descriptor.ToArray()));
            Assert.Equal([paths[1], paths[3], paths[4]], failures.Items.Select(failure => failure.Path));
            Assert.Equal([0, 2, 5], got.Keys);
            foreach (var (position, descriptor) in got)
                AssertClose(extractor.ExtractAll(good, [position]), descriptor);
            var exception = Assert.Throws<InvalidDataException>(() => extractor.ExtractAll(images, [0, 4]));
            Assert.Contains(paths[4], exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>With a whitening layer the scales are averaged, else combined by the pooling's own mean.</summary>
    [Theory]
    [InlineData(0, 3)]
    [InlineData(8, 1)]
    public void Several_scales_are_the_generalised_mean_of_single_ones(int whiteningLayer, double exponent)
    {
        using var model = Make(whiteningLayer);
        var images = StripedImages.Source(3, 1, i => (30 + i, 40));
        float[] Extract(params float[] scales) => new DescriptorExtractor(model, new ExtractionOptions { Scales = scales }).ExtractAll(images, [0, 1, 2]);
        float[][] single = [Extract(1), Extract(0.7f), Extract(1.5f)];
        Assert.True(Distance(single[0], single[1]) > 0.01);
        var combined = Extract(1, 0.7f, 1.5f);
        var dimension = combined.Length / 3;
        for (var image = 0; image < 3; image++)
        {
            var mean = Enumerable.Range(image * dimension, dimension)
                .Select(i => exponent == 1 ? single.Average(row => row[i]) : Math.Pow(single.Average(row => Math.Pow(row[i], exponent)), 1 / exponent)).ToArray();
            var norm = Math.Sqrt(mean.Sum(value => value * value));
            AssertClose(Array.ConvertAll(mean, value => (float)(value / norm)), combined[(image * dimension)..((image + 1) * dimension)]);
        }
    }

    [Fact]
    public void The_models_whitening_is_applied_unless_left_out()
    {
        var images = StripedImages.Source(2, 1);
        float[] weights = [.. Enumerable.Range(0, 5 * 32).Select(i => MathF.Sin(i))], bias = [1, 0, -1, 0, 0.5f];
        _model.Whitening = new DescriptorWhitening(_device, weights, bias, 32, "a test");
        var plain = new DescriptorExtractor(_model, new ExtractionOptions { Whiten = false });
        var whitened = new DescriptorExtractor(_model, new ExtractionOptions());
        Assert.Equal((32, 5), (plain.Dimension, whitened.Dimension));
        AssertClose(_model.Whitening.Apply(plain.ExtractAll(images, [0, 1])), whitened.ExtractAll(images, [0, 1]));
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_images()
    {
        // A few images again and again: how many are asked for is all that differs.
        var images = StripedImages.Source(8, 1, i => (16, i % 2 == 0 ? 16 : 24));
        var extractor = new DescriptorExtractor(_model, new ExtractionOptions(4, 1) { Scales = [1, 0.5f] });
        long Allocated(int count)
        {
            int[] indices = [.. Enumerable.Range(0, count).Select(i => i % 8)];
            var before = GC.GetAllocatedBytesForCurrentThread();
            extractor.Extract(images, indices, (_, _) => { });
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Allocated(32);
        var few = Allocated(32);
        long peak = _device.Arena.PeakByteCount, rented = _device.Arena.RentedByteCount, reserved = _device.Arena.ReservedByteCount;
        var many = Allocated(512);
        Assert.Equal((peak, rented, reserved), (_device.Arena.PeakByteCount, _device.Arena.RentedByteCount, _device.Arena.ReservedByteCount));
        // What is left is the hand-over from the loading threads; an image has 768 bytes.
        Assert.InRange((many - few) / (512 - 32), 0, 16 * 16 * 3);
    }

    [Theory]
    [InlineData(PoolingKind.Gem, true)]
    [InlineData(PoolingKind.GemPerChannel, false)]
    [InlineData(PoolingKind.Mac, false)]
    public void Upload_network_and_download_allocate_nothing(PoolingKind pooling, bool whiten)
    {
        using var model = Make(0, pooling);
        if (whiten)
            model.Whitening = new DescriptorWhitening(_device, new float[4 * 32], new float[4], 32, "a test");
        var batch = new ImageBatch(_device, model.Network.Description.Normalization);
        AugmentedImage[] images = [new RgbImage(16, 24), new RgbImage(16, 24)];
        float[] scales = [1, 0.7f], descriptors = new float[2 * model.Dimension];
        void Describe()
        {
            var input = batch.Upload(images);
            var output = _device.Rent(new Shape(2, model.Dimension));
            model.Describe(input, scales, output);
            output.Download<float>(descriptors);
            _device.Return(output);
            _device.Return(input);
        }
        for (var i = 0; i < 3; i++)
            Describe();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++)
            Describe();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Cancelled_it_stops_between_two_windows_and_can_be_used_again()
    {
        var images = StripedImages.Source(40, 1);
        int[] indices = [.. Enumerable.Range(0, 40)];
        var extractor = new DescriptorExtractor(_model, new ExtractionOptions(2, 2));
        using var cancellation = new CancellationTokenSource();
        var got = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => extractor.Extract(images, indices, (_, _) =>
        {
            if (++got == 3)
                cancellation.Cancel();
        }, cancellation: cancellation.Token));
        Assert.Equal(extractor.WindowSize, got);
        AssertClose(new DescriptorExtractor(_model, new ExtractionOptions()).ExtractAll(images, indices), extractor.ExtractAll(images, indices));
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        Assert.Contains("batch size", Refused(new ExtractionOptions(0)), StringComparison.Ordinal);
        Assert.Contains("loader threads", Refused(new ExtractionOptions(1, 0)), StringComparison.Ordinal);
        Assert.Contains("scales", Refused(new ExtractionOptions { Scales = [] }), StringComparison.Ordinal);
        Assert.Contains("scales", Refused(new ExtractionOptions { Scales = [1, float.NaN] }), StringComparison.Ordinal);
    }

    private string Refused(ExtractionOptions options) => Assert.Throws<ArgumentException>(() => new DescriptorExtractor(_model, options)).Message;

    private RetrievalModel Make(int whiteningLayer, PoolingKind pooling = PoolingKind.Gem)
    {
        var model = new RetrievalModel(new DescriptorNetwork(_device, ResNetTests.Small(pooling, whiteningLayer)));
        WeightInitializer.Initialize(model.Network.Parameters, seed: 6);
        return model;
    }

    private static double Distance(float[] a, float[] b) => TensorPrimitives.Distance<float>(a, b);

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(Distance(expected, actual), 0, 1e-5 * Math.Sqrt(expected.Length));
    }
}
