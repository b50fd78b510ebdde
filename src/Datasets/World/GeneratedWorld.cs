using System.Numerics;
using Retrieval.Datasets.Reconstructions;
using Retrieval.Datasets.World.Landmarks;
using Retrieval.Datasets.World.Rendering;
using Retrieval.Datasets.World.Scenes;
using Retrieval.Imaging;

namespace Retrieval.Datasets.World;

/// <summary>
/// Landmarks as textured 3-D scenes, photographed from known positions through clutter, light and weather. Clusters,
/// camera poses and commonly seen 3-D points are known exactly; images are rendered when asked for, each from the
/// seed and its index alone. Images 0 to Landmarks * ViewsPerLandmark - 1 are the landmarks' views in order, then
/// come the distractors. Immutable: any number of threads may render at once.
/// </summary>
public sealed class GeneratedWorld
{
    // Raised whenever the same options come to mean other images, so that exported ones are not mixed.
    internal const int RenderingVersion = 1;

    // Whoever sees less of the landmark than this walks on.
    private const float LeastVisibleShare = 0.2f;
    private const int Attempts = 8;

    private readonly ViewComposer _composer;
    private readonly LandmarkPoint[][] _points;
    private readonly WorldView[] _views;

    private GeneratedWorld(WorldOptions options)
    {
        Options = options;
        _composer = new(options);
        _points = new LandmarkPoint[options.Landmarks][];
        _views = new WorldView[options.ImageCount];
    }

    public WorldOptions Options { get; }

    /// <summary>All images, by index.</summary>
    public IReadOnlyList<WorldView> Views => _views;

    /// <summary>Places landmarks and cameras and finds what each view shows; renders nothing.</summary>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static GeneratedWorld Create(WorldOptions options, CancellationToken cancellation = default)
    {
        options.Validate();
        var world = new GeneratedWorld(options);
        var parallel = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, options.Landmarks, parallel, () => new Observer(options.ImageWidth, options.ImageHeight), (landmark, _, observer) =>
        {
            world.PhotographLandmark(landmark, observer);
            return observer;
        }, _ => { });
        Parallel.For(options.Landmarks * options.ViewsPerLandmark, options.ImageCount, parallel, world.PhotographDistractor);
        return world;
    }

    /// <summary>The image of a view.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such view.</exception>
    public RgbImage Render(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, _views.Length);
        return Render(index, new(Options));
    }

    /// <summary>
    /// Renders the given views on up to <paramref name="threads"/> threads (-1: all cores) and hands each image with
    /// its index to <paramref name="receive"/>, in any order and from several threads at once.
    /// </summary>
    public void RenderAll(IReadOnlyList<int> indices, Action<int, RgbImage> receive, int threads = -1, CancellationToken cancellation = default)
    {
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = threads };
        Parallel.For(0, indices.Count, parallel, () => new ViewRenderer(Options), (i, _, renderer) =>
        {
            receive(indices[i], Render(indices[i], renderer));
            return renderer;
        }, _ => { });
    }

    /// <summary>Where a 3-D point of <see cref="WorldView.VisiblePoints"/> lies, in metres.</summary>
    public Vector3 PointPosition(int point) => _points[point / Options.PointsPerLandmark][point % Options.PointsPerLandmark].Position;

    /// <summary>The other views of the query's landmark; none for a distractor.</summary>
    public IEnumerable<int> Positives(int query)
    {
        if (_views[query].IsDistractor)
            yield break;
        var first = _views[query].Cluster * Options.ViewsPerLandmark;
        for (var view = first; view < first + Options.ViewsPerLandmark; view++)
            if (view != query)
                yield return view;
    }

    /// <summary>What a landmark is called.</summary>
    public static string LandmarkName(int landmark) => $"landmark{landmark:D5}";

    /// <summary>A landmark's views as a 3-D model.</summary>
    public Reconstruction ModelOf(int landmark)
    {
        var first = landmark * Options.ViewsPerLandmark;
        return new Reconstruction(LandmarkName(landmark), [.. _views[first..(first + Options.ViewsPerLandmark)].Select(view =>
            new ReconstructedView(view.Name, new CameraCentre(view.Camera.Position.X, view.Camera.Position.Y, view.Camera.Position.Z), view.Points))]);
    }

    internal Scene Compose(int index)
    {
        var view = _views[index];
        return _composer.Compose(LandmarkModel.Create(Options.Seed, view.Cluster), ShowsLandmark(index), index, view.Attempt);
    }

    private RgbImage Render(int index, ViewRenderer renderer) => renderer.Render(Compose(index), index);

    /// <summary>Two of three distractors show a landmark of their own, the third a place without one.</summary>
    private bool ShowsLandmark(int index) => index < Options.Landmarks * Options.ViewsPerLandmark || index % 3 != 0;

    private void PhotographLandmark(int landmark, Observer observer)
    {
        var model = LandmarkModel.Create(Options.Seed, landmark);
        var points = LandmarkPoint.Sample(model, new(Options.Seed, RandomStream.Points, landmark), Options.PointsPerLandmark);
        _points[landmark] = points;
        var seen = new List<(int Point, Vector3 Place)>();
        for (var index = landmark * Options.ViewsPerLandmark; index < (landmark + 1) * Options.ViewsPerLandmark; index++)
        {
            var attempt = -1;
            Scene scene;
            do
            {
                seen.Clear();
                scene = _composer.Compose(model, withLandmark: true, index, ++attempt);
                observer.Observe(scene, points, seen);
            }
            while (seen.Count < LeastVisibleShare * points.Length && attempt + 1 < Attempts);
            _views[index] = new(
                index, landmark, isDistractor: false, attempt, scene.Camera,
                [.. seen.Select(s => s.Point + landmark * Options.PointsPerLandmark)], [.. seen.Select(s => scene.Camera.FocalLength / s.Place.Z)], BoxAround(seen));
        }
    }

    private void PhotographDistractor(int index)
    {
        var cluster = Options.Landmarks + index - Options.Landmarks * Options.ViewsPerLandmark;
        var scene = _composer.Compose(LandmarkModel.Create(Options.Seed, cluster), ShowsLandmark(index), index, 0);
        _views[index] = new(index, cluster, isDistractor: true, 0, scene.Camera, [], [], new(0, 0, Options.ImageWidth, Options.ImageHeight));
    }

    private QueryBox BoxAround(List<(int Point, Vector3 Place)> seen) => seen.Count == 0
        ? new(0, 0, Options.ImageWidth, Options.ImageHeight)
        : new(seen.Min(s => s.Place.X), seen.Min(s => s.Place.Y), seen.Max(s => s.Place.X), seen.Max(s => s.Place.Y));
}
