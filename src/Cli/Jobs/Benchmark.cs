using Retrieval.Datasets;
using Retrieval.Datasets.Places;
using Retrieval.Datasets.Readers;
using Retrieval.Datasets.Readers.Reidentification;
using Retrieval.Evaluation;
using Retrieval.Evaluation.GroundTruths;
using Retrieval.Evaluation.Reidentification;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Jobs;

/// <summary>What a model is evaluated on: images, which of them are queries and which the database, and the ground truths to score by.</summary>
/// <param name="Name">The dataset's name.</param>
/// <param name="ProtocolName">The protocol's name.</param>
/// <param name="Images">All images.</param>
/// <param name="Database">Numbers of the database images, in the order of the ground truth.</param>
/// <param name="Queries">Numbers of the queries, in the order of the ground truth; may be database images too (leave one out).</param>
/// <param name="Variants">The protocol's variants; the name is null when there is one only.</param>
/// <param name="Rules">What is computed.</param>
internal sealed record Benchmark(string Name, string ProtocolName, IImageSource Images, int[] Database, int[] Queries,
    IReadOnlyList<(string? Variant, IGroundTruth Truth)> Variants, ScoringRules Rules)
{
    private const long CacheByteLimit = 1L << 30;

    /// <summary>Centroids that may take the place of the database's images; none where the protocol knows none.</summary>
    public IReadOnlyList<CentroidVariant> Centroids { get; init; } = [];

    /// <summary>The images as a set of classes, where they are one.</summary>
    public ImageDataset? Classes { get; init; }

    /// <summary>Every image of a class queries all the others.</summary>
    /// <exception cref="InvalidDataException">No class has two images.</exception>
    public static Benchmark LeaveOneOut(ImageDataset dataset, ImageSizing sizing)
    {
        if (dataset.Labels().Distinct().Count() == dataset.Items.Count)
            throw new InvalidDataException($"{dataset.Name}: no class has two images, so there is nothing to find: expected classes of several images");
        int[] all = [.. Enumerable.Range(0, dataset.Items.Count)];
        return new Benchmark(dataset.Name, "leave one out", new FileImageSource([.. dataset.Items.Select(item => item.Path)], sizing, cacheByteLimit: CacheByteLimit), all, all,
            [(null, LabelGroundTruth.LeaveOneOut(dataset.Labels()))], ScoringRules.ClassRetrieval)
        {
            Classes = dataset,
        };
    }

    /// <summary>The same with class centroids beside the images, where it has none yet. A query is left out of its own class's centroid; alone in its class, it finds nothing.</summary>
    /// <exception cref="UsersMistakeException">The images are no set of classes.</exception>
    public Benchmark WithCentroids()
    {
        if (Centroids.Count > 0)
            return this;
        if (Classes is null)
            throw new UsersMistakeException($"--centroids: {Name} is no set of classes (protocol {ProtocolName}): expected a folder per class, a list file, or a folder in the form of Market-1501");
        const int noClass = -1;
        var labels = Classes.Labels();
        var groups = CentroidGallery.ByIdentity(labels);
        var alone = groups.Where(group => group.Members.Count == 1).Select(group => group.Identity).ToHashSet();
        var truth = LabelGroundTruth.Between(labels.Select(label => alone.Contains(label) ? noClass : label), groups.Select(group => group.Identity));
        return this with
        {
            Variants = [(CentroidComparison.Instances, Variants[0].Truth)],
            Centroids = [new CentroidVariant("centroids without the query", groups, truth, LeavesQueryOut: true)],
        };
    }

    /// <summary>A query is answered by a database image taken within 25 metres: recall at 1, 5, 10 and 20.</summary>
    public static Benchmark Places(PlaceDataset places, ImageSizing sizing) => new(places.Name, $"places within {PlaceDataset.TestRadius} m", ImagesOf(places, sizing),
        [.. Enumerable.Range(0, places.Database.Count)], [.. Enumerable.Range(places.Database.Count, places.Queries.Count)],
        [(null, new ListedGroundTruth(places.Database.Count, places.Near(PlaceDataset.TestRadius)))], ScoringRules.PlaceRecognition);

    /// <summary>The images of a set of places: database, then queries.</summary>
    public static FileImageSource ImagesOf(PlaceDataset places, ImageSizing sizing) =>
        new([.. places.Database.Concat(places.Queries).Select(image => image.Path)], sizing, cacheByteLimit: CacheByteLimit);

    /// <summary>The revisited protocol: queries cut to their boxes, easy, medium and hard variants.</summary>
    public static Benchmark Landmarks(LandmarkBenchmark benchmark, ImageSizing sizing)
    {
        ImageItem[] items = [.. benchmark.Database, .. benchmark.Queries.Select(query => query.Image)];
        var boxes = items.Select(item => item.Box is { } box ? (box.Left, box.Top, box.Right, box.Bottom) : ((double, double, double, double)?)null).ToArray();
        var images = new FileImageSource([.. items.Select(item => item.Path)], sizing, boxes, CacheByteLimit);
        return new Benchmark(benchmark.Name, "revisited", images, [.. Enumerable.Range(0, benchmark.Database.Count)],
            [.. Enumerable.Range(benchmark.Database.Count, benchmark.Queries.Count)], Revisited(benchmark.GroundTruth), ScoringRules.Landmarks);
    }

    /// <summary>Re-identification: queries search a gallery, in which what their own camera saw is ignored; junk is not described at all.</summary>
    public static Benchmark Reidentification(ReidentificationDataset dataset, ImageSizing sizing)
    {
        ReidentificationImage[] gallery = [.. dataset.Gallery.Where(image => image.Name.Identity != ReidentificationName.Junk)];
        var images = new FileImageSource([.. gallery.Concat(dataset.Queries).Select(image => image.Path)], sizing, cacheByteLimit: CacheByteLimit);
        int[] queryIdentities = Identities(dataset.Queries), queryCameras = Cameras(dataset.Queries), identities = Identities(gallery), cameras = Cameras(gallery);
        var byIdentity = CentroidGallery.ByIdentity(identities);
        var byCamera = CentroidGallery.ByIdentityAndQueryCamera(queryIdentities, queryCameras, identities, cameras);
        return new Benchmark(dataset.Name, "re-identification", images, [.. Enumerable.Range(0, gallery.Length)], [.. Enumerable.Range(gallery.Length, dataset.Queries.Count)],
            [(CentroidComparison.Instances, CameraGroundTruth.ForImages(queryIdentities, queryCameras, identities, cameras))], ScoringRules.Reidentification)
        {
            Centroids =
            [
                new("centroids", byIdentity, LabelGroundTruth.Between(queryIdentities, byIdentity.Select(group => group.Identity))),
                new("centroids without the query's camera", byCamera, CameraGroundTruth.ForCentroids(queryIdentities, queryCameras, byCamera)),
            ],
        };
    }

    /// <summary>Photographs of the same thing, or copies of the same photograph.</summary>
    public static Benchmark Instances(InstanceBenchmark benchmark, ImageSizing sizing) =>
        new(benchmark.Name, benchmark.Protocol, new FileImageSource([.. benchmark.Images.Select(item => item.Path)], sizing, cacheByteLimit: CacheByteLimit, quarterTurns: benchmark.QuarterTurns),
            benchmark.Database, benchmark.Queries, benchmark.Variants, benchmark.Rules);

    /// <summary>A revisited ground truth's three variants.</summary>
    public static IReadOnlyList<(string? Variant, IGroundTruth Truth)> Revisited(RevisitedGroundTruth truth) =>
        [.. Enum.GetValues<Difficulty>().Select(difficulty => ((string?)difficulty.ToString().ToLowerInvariant(), (IGroundTruth)truth.For(difficulty)))];

    private static int[] Identities(IReadOnlyList<ReidentificationImage> images) => [.. images.Select(image => image.Name.Identity)];

    private static int[] Cameras(IReadOnlyList<ReidentificationImage> images) => [.. images.Select(image => image.Name.Camera)];
}
