using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;
using Retrieval.Tests.Host;
using Retrieval.Tests.Imaging;
using Retrieval.Tests.Models;
using Retrieval.Tests.Support;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;
using Retrieval.Training.Whitening;
using Xunit;

namespace Retrieval.Tests.Training;

/// <summary>One embedding for descriptors and classes: what the classifier says with and without a whitening folded into it, and from a file.</summary>
public sealed class ClassifierTests : OperatorTests
{
    private const int Classes = 3, Pooled = 32, Count = 48;

    private static readonly MemoryImageSource Images = new([.. Enumerable.Range(0, Count).Select(i => TestImages.Noise(16, 16, (ulong)i))]);

    private static readonly float[] Weights = Reference.Random(Classes * Pooled, 5), Bias = [0.3f, -0.2f, 0.1f];

    [DeviceTheory]
    public void ScoresAreThoseOfTheLayerUpToTheLengthOfTheEmbedding(DeviceName on)
    {
        Open(on);
        using var model = Make();
        var scores = Extract(model, classes: true);
        var expected = PooledVectors(model).Chunk(Pooled).SelectMany(e =>
        {
            var length = Math.Sqrt(e.Sum(value => (double)value * value) + 1) + 1e-6;
            return Enumerable.Range(0, Classes).Select(k => (Enumerable.Range(0, Pooled).Sum(j => (double)Weights[(k * Pooled) + j] * e[j]) + Bias[k]) / length);
        });
        Reference.Close([.. expected], scores, 1e-5);
    }

    [DeviceTheory]
    public void AFoldedWhiteningChangesDescriptorsAndNoClass(DeviceName on)
    {
        Open(on);
        using var model = Make();
        float[] scores = Extract(model, classes: true), plain = Extract(model, classes: false);
        Assert.Equal(Count * (Pooled + 1), plain.Length);
        Whiten(model, plain);
        Reference.Close([.. scores.Select(value => (double)value)], Extract(model, classes: true), 2e-4);
        var whitened = Extract(model, classes: false);
        Assert.Equal(Count * model.Whitening!.OutputDimension, whitened.Length);
        Assert.All(whitened.Chunk(model.Whitening.OutputDimension), row => Assert.Equal(1, row.Sum(value => value * value), 1e-3f));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheFileKeepsIt(bool whitened)
    {
        var folder = Directory.CreateTempSubdirectory("retrieval-classifier-").FullName;
        var path = Path.Combine(folder, "model.safetensors");
        using var model = Make();
        if (whitened)
            Whiten(model, Extract(model, classes: false));
        ModelFile.Save(model, path);
        using var loaded = ModelFile.Load(path, Device);
        Assert.Equal(["cat", "dog", "newt"], loaded.Classifier!.Classes);
        Assert.Equal(Extract(model, classes: true), Extract(loaded, classes: true));
        Assert.Equal(Extract(model, classes: false), Extract(loaded, classes: false));

        model.Classifier!.Dispose();
        model.Classifier = new Classifier(Device, new float[6], new float[3], ["a", "b", "c"], Pooled);
        ModelFile.Save(model, path);
        Assert.Contains("the classifier has shape [3, 2], expected [3,", Assert.Throws<InvalidDataException>(() => ModelFile.Load(path, Device)).Message, StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void SizesThatDoNotFitAreRefused()
    {
        Assert.Throws<ArgumentException>(() => Classifier.OfLayer(Device, new float[7], [], ["a", "b"]));
        Assert.Throws<ArgumentException>(() => Classifier.OfLayer(Device, new float[8], new float[3], ["a", "b"]));
        using var model = new RetrievalModel(new DescriptorNetwork(Device, ResNetTests.Small(PoolingKind.Gem)));
        Assert.Throws<ArgumentException>(() => new DescriptorExtractor(model, new ExtractionOptions { ClassScores = true }));
    }

    private RetrievalModel Make()
    {
        var model = new RetrievalModel(new DescriptorNetwork(Device, ResNetTests.Small(PoolingKind.Gem)));
        WeightInitializer.Initialize(model.Network.Parameters, 3);
        model.Classifier = Classifier.OfLayer(Device, Weights, Bias, ["cat", "dog", "newt"]);
        return model;
    }

    private void Whiten(RetrievalModel model, float[] embeddings)
    {
        var whitening = PcaWhitening.Learn(new DescriptorMatrix(embeddings, Pooled + 1), new PcaWhiteningOptions { Divisor = CovarianceDivisor.CountLessOne });
        var (weights, bias) = whitening.ToLinearLayer();
        model.Whitening = new DescriptorWhitening(Device, weights, bias, whitening.InputDimensions, "a test");
        var (folded, foldedBias) = ClassifierFold.Fold(whitening, model.Classifier!.Weights);
        model.Classifier.Dispose();
        model.Classifier = new Classifier(Device, folded, foldedBias, ["cat", "dog", "newt"], Pooled);
    }

    private static float[] Extract(RetrievalModel model, bool classes)
    {
        using var extractor = new DescriptorExtractor(model, new ExtractionOptions { ClassScores = classes });
        return extractor.ExtractAll(Images, [.. Enumerable.Range(0, Count)]);
    }

    private float[] PooledVectors(RetrievalModel model)
    {
        using var batch = new ImageBatch(Device, model.Network.Description.Normalization);
        using var pass = new Pass(Device, PassMode.Inference);
        model.Network.Prepare();
        var input = batch.Upload([.. Enumerable.Range(0, Count).Select(Images.Load)]);
        var outputs = model.Network.ForwardAll(input, pass);
        var pooled = outputs.Embedding.ToArray<float>();
        outputs.Release(pass);
        Device.Return(input);
        return pooled;
    }
}
