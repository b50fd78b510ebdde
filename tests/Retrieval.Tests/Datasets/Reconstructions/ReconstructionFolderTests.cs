using Retrieval.Datasets.Reconstructions;
using Retrieval.Datasets.World;
using Xunit;

namespace Retrieval.Tests.Datasets.Reconstructions;

public sealed class ReconstructionFolderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_exported_world_is_read_back_as_it_is()
    {
        var world = GeneratedWorld.Create(new WorldOptions { Landmarks = 3, ViewsPerLandmark = 4, ImageWidth = 48, ImageHeight = 40, PointsPerLandmark = 64, Seed = 6 }, TestContext.Current.CancellationToken);
        WorldExport.Write(world, WorldSplit.Of(world, testLandmarks: 1), _folder.Path, cancellation: TestContext.Current.CancellationToken);
        var folder = _folder.At("train");
        Assert.True(ReconstructionFolder.IsAt(folder));
        Assert.False(ReconstructionFolder.IsAt(_folder.Path));

        var data = ReconstructionFolder.Read(folder);
        Assert.Equal(("train", 0), (data.Name, data.Unregistered));
        Assert.Equal(["landmark00000", "landmark00001"], data.Models.Select(model => model.Name));
        Assert.All(data.Paths, path => Assert.True(File.Exists(path)));
        Assert.Equal(Enumerable.Range(0, 8).Select(view => world.Views[view].Name), data.Paths.Select(Path.GetFileNameWithoutExtension));
        foreach (var (expected, read) in Enumerable.Range(0, 2).SelectMany(landmark => world.ModelOf(landmark).Views).Zip(data.Models.SelectMany(model => model.Views)))
        {
            Assert.Equal(expected.Points.Count, read.Points.Count);
            Assert.Equal(0, expected.Centre.SquaredDistance(read.Centre), 1e-6);
            // Points have other numbers in the file, in another order.
            Assert.All(expected.Points.Scales.Order().Zip(read.Points.Scales.Order()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f * pair.First));
        }
        foreach (var landmark in Enumerable.Range(0, 2))
            foreach (var (query, other) in Enumerable.Range(0, 4).SelectMany(query => Enumerable.Range(0, 4).Select(other => (query, other))))
            {
                var (expected, read) = (Pair(world.ModelOf(landmark)), Pair(data.Models[landmark]));
                Assert.Equal((expected.CommonPoints, expected.Overlap), (read.CommonPoints, read.Overlap));
                if (expected.CommonPoints > 0)
                    Assert.Equal(expected.ScaleChange, read.ScaleChange, 1e-3);

                CoVisibility Pair(Reconstruction model) => CoVisibility.Between(model.Views[query].Points, model.Views[other].Points);
            }

        var classes = data.ToClasses();
        Assert.Equal(data.Models.Select(model => model.Name), classes.Classes);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1], classes.Labels());
    }

    [Theory]
    [InlineData("jpg/")]
    [InlineData("images/")]
    [InlineData("")]
    public void Images_lie_in_one_of_three_places(string place)
    {
        ColmapFixture.Write(ReconstructionFolder.ModelOf(_folder.Path, "place"), binary: true);
        _folder.Images(place + "a.jpg", place + "b c.jpg", place + "more/c.jpg");
        var data = ReconstructionFolder.Read(_folder.Path);
        Assert.Equal([_folder.At(place + "a.jpg"), _folder.At(place + "b c.jpg")], data.Paths);
        Assert.Equal(1, data.Unregistered);
    }

    [Fact]
    public void An_image_of_two_models_is_refused()
    {
        ColmapFixture.Write(ReconstructionFolder.ModelOf(_folder.Path, "one"), binary: true);
        ColmapFixture.Write(ReconstructionFolder.ModelOf(_folder.Path, "two"), binary: false);
        _folder.Images("jpg/a.jpg", "jpg/b c.jpg");
        Assert.Equal($"{_folder.At("sfm")}: 'a.jpg' is in the models of one and two: expected every image in one", Refused());
    }

    [Fact]
    public void What_is_missing_is_told()
    {
        Directory.CreateDirectory(_folder.At("sfm"));
        Assert.Equal($"{_folder.At("sfm")}: expected a folder for each scene, found none", Refused());
        ColmapFixture.Write(ReconstructionFolder.ModelOf(_folder.Path, "one"), binary: true);
        _folder.Images("jpg/a.jpg");
        Assert.Equal($"{ReconstructionFolder.ModelOf(_folder.Path, "one")}: 1 of 2 images of the model are not in {_folder.At("jpg")}, the first is 'b c.jpg'", Refused());
        Directory.CreateDirectory(_folder.At("sfm/two"));
        Assert.StartsWith($"{_folder.At("sfm/two/sparse/0/cameras.txt")}: no such file", Refused(), StringComparison.Ordinal);
    }

    private string Refused() => Assert.ThrowsAny<Exception>(() => ReconstructionFolder.Read(_folder.Path)).Message;
}
