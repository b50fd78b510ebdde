using System.Text.Json;
using Retrieval.Datasets.Readers;
using Retrieval.Datasets.World;
using Retrieval.Imaging;
using Xunit;

namespace Retrieval.Tests.Datasets.World;

public sealed class WorldExportTests
{
    private static readonly WorldOptions Options = new()
    {
        Landmarks = 4, ViewsPerLandmark = 4, Distractors = 3, ImageWidth = 48, ImageHeight = 40, PointsPerLandmark = 64, Seed = 6,
    };

    [Fact]
    public void Readers_read_what_was_written()
    {
        using var folder = new ScratchFolder();
        var (world, split) = Make(Options);
        var progress = new Counter();
        WorldExport.Write(world, split, folder.Path, progress: progress, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Options.ImageCount, progress.Highest);

        var benchmark = LandmarkBenchmark.Read(folder.At("gnd_world.json"));
        Assert.Equal("world", benchmark.Name);
        Assert.Equal(split.Database.Select(index => world.Views[index].Name), benchmark.Database.Select(item => Path.GetFileNameWithoutExtension(item.Path)));
        Assert.Equal(split.Queries.Select(index => world.Views[index].Name), benchmark.Queries.Select(query => Path.GetFileNameWithoutExtension(query.Image.Path)));
        Assert.Equal(split.Queries.Select(index => (Retrieval.Datasets.QueryBox?)world.Views[index].Box), benchmark.Queries.Select(query => query.Image.Box));
        for (var query = 0; query < split.Queries.Count; query++)
        {
            Assert.Equal(split.Easy[query], benchmark.Queries[query].Easy);
            Assert.Equal(split.Hard[query], benchmark.Queries[query].Hard);
            Assert.Equal(split.Junk[query], benchmark.Queries[query].Junk);
        }

        var classes = ClassFolderDataset.Read(folder.At("train"));
        Assert.Equal(["landmark00000", "landmark00001"], classes.Classes);
        Assert.Equal(split.Training.Count, classes.Items.Count);
    }

    [Fact]
    public void Image_on_disk_is_the_rendered_one_and_poses_are_the_cameras()
    {
        using var folder = new ScratchFolder();
        var (world, split) = Make(Options);
        WorldExport.Write(world, split, folder.Path, cancellation: TestContext.Current.CancellationToken);

        var view = world.Views[split.Database[0]];
        var (rendered, read) = (world.Render(view.Index), ImageDecoder.Decode(folder.At($"jpg/{view.Name}.jpg")));
        Assert.Equal((48, 40), (read.Width, read.Height));
        Assert.InRange(rendered.Pixels.Zip(read.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 6);

        using var poses = JsonDocument.Parse(File.ReadAllBytes(folder.At("poses.json")));
        var pose = poses.RootElement.GetProperty("views")[view.Index];
        Assert.Equal(view.Name, pose.GetProperty("name").GetString());
        Assert.Equal(view.VisiblePoints, pose.GetProperty("visiblePoints").EnumerateArray().Select(point => point.GetInt32()));
        // The file alone is enough to project a point: f R (X - position) / depth + middle.
        var point = view.VisiblePoints[0];
        var offset = Numbers(poses.RootElement.GetProperty("points")[point]).Zip(Numbers(pose.GetProperty("position")), (a, b) => a - b).ToArray();
        var place = pose.GetProperty("rotation").EnumerateArray().Select(row => Numbers(row).Zip(offset, (a, b) => a * b).Sum()).ToArray();
        var expected = view.Camera.Project(world.PointPosition(point));
        var focal = pose.GetProperty("focalLength").GetDouble();
        Assert.Equal(expected.X, focal * place[0] / place[2] + 24, 1e-3);
        Assert.Equal(expected.Y, focal * place[1] / place[2] + 20, 1e-3);
    }

    [Fact]
    public void Second_run_writes_only_what_is_missing()
    {
        using var folder = new ScratchFolder();
        var (world, split) = Make(Options);
        WorldExport.Write(world, split, folder.Path, cancellation: TestContext.Current.CancellationToken);
        string[] files = [.. Directory.GetFiles(folder.Path, "*.jpg", SearchOption.AllDirectories).Order()];
        Assert.Equal(Options.ImageCount, files.Length);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.partial", SearchOption.AllDirectories));
        var bytes = File.ReadAllBytes(files[3]);
        File.Delete(files[3]);
        var old = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(files[4], old);

        WorldExport.Write(world, split, folder.Path, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(bytes, File.ReadAllBytes(files[3]));
        Assert.Equal(old, File.GetLastWriteTimeUtc(files[4]));
    }

    [Fact]
    public void Folder_of_another_world_is_refused()
    {
        using var folder = new ScratchFolder();
        var (world, split) = Make(Options);
        WorldExport.Write(world, split, folder.Path, cancellation: TestContext.Current.CancellationToken);
        var (other, otherSplit) = Make(Options with { Seed = 7 });
        var problem = Assert.Throws<InvalidDataException>(() => WorldExport.Write(other, otherSplit, folder.Path, cancellation: TestContext.Current.CancellationToken));
        Assert.Equal($"{folder.At("world.json")}: the folder holds another world; choose another folder or delete this one", problem.Message);
    }

    private static (GeneratedWorld World, WorldSplit Split) Make(WorldOptions options)
    {
        var world = GeneratedWorld.Create(options, TestContext.Current.CancellationToken);
        return (world, WorldSplit.Of(world, testLandmarks: 2));
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetDouble())];

    private sealed class Counter : IProgress<int>
    {
        private readonly Lock _gate = new();
        private int _highest;

        public int Highest => _highest;

        public void Report(int value)
        {
            lock (_gate)
                _highest = Math.Max(_highest, value);
        }
    }
}
