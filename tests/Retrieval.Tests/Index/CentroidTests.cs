using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Evaluation.Reidentification;
using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Index.Centroids;
using Retrieval.Tests.Evaluation;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>Centroids, and an index of them in place of the gallery, against the reference.</summary>
public sealed class CentroidTests
{
    [DeviceTheory]
    [OracleData("reid_centroids")]
    public void An_index_of_centroids_answers_as_the_reference(DeviceName on, string path)
    {
        using var device = TestDevices.Open(on);
        var oracle = OracleCase.Load(path);
        int dimension = oracle.Shape("in.embeddings")[1], queryCount = oracle.Integer("num_query");
        int[] identities = oracle.Integers("in.pid"), cameras = oracle.Integers("in.cam");
        var embeddings = oracle.Floats("in.embeddings");
        var groups = oracle.Flag("camera_lists")
            ? CentroidGallery.ByIdentityAndQueryCamera(identities[..queryCount], cameras[..queryCount], identities[queryCount..], cameras[queryCount..])
            : CentroidGallery.ByIdentity(identities[queryCount..]);
        var centroids = ClassCentroids.Of(device, embeddings.AsMemory(queryCount * dimension), dimension, [.. groups.Select(group => group.Members)]);
        var expected = oracle.Vectors("out.centroids").SelectMany(Distances.Normalized).ToArray();
        Assert.Equal(expected.Length, centroids.Length);
        Assert.All(expected.Zip(centroids), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        IGroundTruth truth = oracle.Flag("camera_lists")
            ? CameraGroundTruth.ForCentroids(identities[..queryCount], cameras[..queryCount], groups)
            : LabelGroundTruth.Between(identities[..queryCount], groups.Select(group => group.Identity));
        using var index = Fixture.Build(device, centroids, dimension);
        var queries = oracle.Vectors("in.embeddings")[..queryCount].SelectMany(Distances.Normalized).Select(value => (float)value).ToArray();
        var evaluator = new RankingEvaluator(truth, ScoringRules.Reidentification);
        evaluator.AddRows(0, index.Search(queries, groups.Count).Ids, groups.Count);
        var figures = evaluator.Figures(new Protocol("oracle", "oracle"));
        oracle.Check("out.map", [figures.MeanAveragePrecision]);
        oracle.Check("out.cmc", figures.RankCurve(oracle.Integer("max_rank")));
    }

    [Fact]
    public void A_class_is_one_entry_of_unit_length_and_its_nearest_image_stands_for_it()
    {
        using var device = Device.OpenCpu(2);
        using var builder = new FlatIndexBuilder(device, 2);
        builder.Provenance["model"] = "m";
        // Lengths weigh: (3, 0) and (0, 1) have the mean (1.5, 0.5). The last row has no class.
        builder.Add([3, 0, 0, 1, 0, 2, 0, 0, 5, 5], labels: ["b", "b", "a", "zero", null], paths: ["b0", "b1", "a0", "z0", "n"]);
        using var index = builder.Build();
        using var centroids = ClassCentroids.Build(index);
        Assert.Equal(["a", "b", "zero"], Rows(centroids).Select(centroids.Label));
        Assert.Equal(["a0", "b0", "z0"], Rows(centroids).Select(centroids.Path));
        var (descriptor, length) = (new float[2], Math.Sqrt(10));
        centroids.CopyDescriptor(1, descriptor);
        Assert.Equal([(float)(3 / length), (float)(1 / length)], descriptor);
        centroids.CopyDescriptor(2, descriptor);
        Assert.Equal([0, 0], descriptor);
        Assert.Equal(("m", "3 of 4 descriptors"), (centroids.Provenance["model"], centroids.Provenance[ClassCentroids.Provenance]));
    }

    /// <summary>Rows are added up in their order by one thread each: how many threads there are does not show.</summary>
    [Fact]
    public void Number_of_threads_changes_nothing()
    {
        var embeddings = Fixture.Normals(3, 301, 17);
        int[][] groups = [.. Enumerable.Range(0, 301).GroupBy(row => row % 31).Select(group => group.ToArray())];
        float[] Of(int threads)
        {
            using var device = Device.OpenCpu(threads);
            return ClassCentroids.Of(device, embeddings, 17, groups);
        }
        Assert.Equal(Of(1), Of(3));
        Assert.All(Of(2).Chunk(17), row => Assert.Equal(1, row.Sum(value => (double)value * value), 1e-6));
    }

    [Fact]
    public void A_row_meets_the_centroid_of_the_others_of_its_group()
    {
        const int dimension = 7;
        using var device = Device.OpenCpu(2);
        var embeddings = Fixture.Normals(5, 12, dimension);
        int[][] groups = [[0, 5, 7, 11], [3], [1, 2]];
        var found = ClassCentroids.WithoutOne(device, embeddings, dimension, groups).Chunk(dimension).ToArray();
        foreach (var group in groups)
            foreach (var row in group)
                Assert.Equal(group.Length == 1 ? new float[dimension] : ClassCentroids.Of(device, embeddings, dimension, [[.. group.Where(other => other != row)]]), found[row], (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.All(found[4], value => Assert.Equal(0, value));
        float[] cancelling = [1, 2, -1, -2, 0.3f, 0.1f];
        Assert.Equal([0, 0], ClassCentroids.WithoutOne(device, cancelling, 2, [[0, 1, 2]])[4..]);
    }

    [Fact]
    public void What_cannot_be_averaged_is_refused()
    {
        using var device = Device.OpenCpu(1);
        Assert.Contains("number 1 is empty", Assert.Throws<ArgumentException>(() => ClassCentroids.Of(device, new float[6], 2, [[0], []])).Message, StringComparison.Ordinal);
        Assert.Contains("names a row beyond 3", Assert.Throws<ArgumentException>(() => ClassCentroids.Of(device, new float[6], 2, [[3]])).Message, StringComparison.Ordinal);
        using var index = Fixture.Build(device, new float[6], 2);
        Assert.Contains("got none with a label", Assert.Throws<ArgumentException>(() => ClassCentroids.Build(index)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<long> Rows(FlatIndex index)
    {
        for (long row = 0; row < index.Count; row++)
            yield return row;
    }
}
