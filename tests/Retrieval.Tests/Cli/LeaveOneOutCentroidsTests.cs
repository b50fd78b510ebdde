using Retrieval.Cli;
using Retrieval.Cli.Jobs;
using Retrieval.Datasets;
using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Host;
using Retrieval.Imaging;
using Retrieval.Tests.Index;
using Retrieval.Tests.Support;
using Retrieval.Training.Data;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>Class centroids where every image is a query, against every ranking computed by itself.</summary>
public sealed class LeaveOneOutCentroidsTests
{
    private const int Dimension = 5;

    /// <summary>Classes of one, two and more images, in no order.</summary>
    private static readonly int[] Labels = [0, 3, 1, 2, 3, 4, 1, 3, 2, 5, 4, 3, 4, 0, 2, 3, 6, 4, 4, 1];

    [DeviceTheory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(6)]
    public void Figures_are_those_of_rankings_without_the_query(DeviceName on, int depth)
    {
        using var device = TestDevices.Open(on);
        var embeddings = Embeddings();
        var lines = CentroidComparison.Score(device, Classes().WithCentroids(), embeddings, new Protocol("", ""), null, depth);
        Assert.Equal(["instances", "centroids without the query"], lines.Select(line => line.Figures.Protocol.Variant));
        var classes = Labels.Distinct().Count();
        Assert.Equal([(Labels.Length, Labels.Length * Dimension * 4), (classes, classes * Dimension * 4)], lines.Select(line => ((int)line.Cost!.Entries, (int)line.Cost.Bytes)));
        Assert.All(lines, line => Assert.True(line.Cost!.MicrosecondsPerQuery > 0));

        int[] ranks = [.. Enumerable.Range(0, Labels.Length).Where(query => Labels.Count(label => label == Labels[query]) > 1).Select(query => Rank(embeddings, query))];
        var most = depth > 0 ? depth : classes;
        Assert.Contains(ranks, rank => rank > 2);
        var figures = lines[1].Figures;
        Assert.Equal(ranks.Average(rank => rank <= most ? 1.0 / rank : 0), figures.MeanAveragePrecision, 1e-9);
        Assert.Equal(ranks.Average(rank => rank == 1 ? 1.0 : 0), figures.Recall(1), 1e-9);
        Assert.Equal(Math.Min(most, classes), figures.Depth);
    }

    /// <summary>Had each query a part in its class's centroid, half of them would find themselves in it.</summary>
    [Fact]
    public void A_query_has_no_part_in_its_centroid()
    {
        using var device = Device.OpenCpu(1);
        // Classes of two opposite images each: without the query, the own centroid is the farthest.
        float[] embeddings = [1, 0, -0.9f, 0, 0, 1, 0, -0.9f];
        var benchmark = Make([0, 0, 1, 1]).WithCentroids();
        var lines = CentroidComparison.Score(device, benchmark, embeddings, new Protocol("", ""), null, 0);
        Assert.Equal(0, lines[1].Figures.Recall(1));
        Assert.Equal(0.5, lines[1].Figures.MeanAveragePrecision);
    }

    [Fact]
    public void Images_without_classes_have_no_centroids()
    {
        var exception = Assert.Throws<UsersMistakeException>(() => (Make([0, 0]) with { Classes = null }).WithCentroids());
        Assert.Contains("--centroids: a set is no set of classes", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Place of a query's own class among all, by score and then by number; embeddings differ in length, which counts in a mean.</summary>
    private static int Rank(float[] embeddings, int query)
    {
        double Score(int label)
        {
            var mean = new double[Dimension];
            foreach (var row in Enumerable.Range(0, Labels.Length).Where(row => row != query && Labels[row] == label))
                for (var d = 0; d < Dimension; d++)
                    mean[d] += embeddings[(row * Dimension) + d];
            return Enumerable.Range(0, Dimension).Sum(d => mean[d] * embeddings[(query * Dimension) + d]) / Math.Sqrt(mean.Sum(value => value * value));
        }
        var own = Score(Labels[query]);
        return 1 + Labels.Distinct().Count(label => label != Labels[query] && Score(label) > own);
    }

    private static float[] Embeddings()
    {
        var values = Fixture.Normals(4, Labels.Length, Dimension);
        // A class leans to its own side, so that ranks are of all sorts, and lengths differ.
        for (var row = 0; row < Labels.Length; row++)
            for (var d = 0; d < Dimension; d++)
                values[(row * Dimension) + d] = (values[(row * Dimension) + d] + (d == Labels[row] % Dimension ? 1 : 0)) * (1 + (row % 3));
        return values;
    }

    private static Benchmark Classes() => Make(Labels);

    private static Benchmark Make(int[] labels)
    {
        var data = new ImageDataset("a set", [.. labels.Select((label, i) => new ImageItem($"{i}.png", label, label))], [.. Enumerable.Range(0, labels.Max() + 1).Select(label => $"{label}")], "");
        int[] all = [.. Enumerable.Range(0, labels.Length)];
        return new Benchmark("a set", "leave one out", new MemoryImageSource([.. all.Select(_ => new RgbImage(1, 1))]), all, all, [(null, LabelGroundTruth.LeaveOneOut(labels))], ScoringRules.ClassRetrieval) { Classes = data };
    }
}
