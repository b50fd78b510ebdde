using Retrieval.Datasets.Reconstructions;
using Retrieval.Datasets.Reconstructions.Colmap;
using Xunit;

namespace Retrieval.Tests.Datasets.Reconstructions;

public sealed class ColmapModelTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Both_forms_give_points_scales_and_places(bool binary)
    {
        ColmapFixture.Write(_folder.Path, binary);
        var model = ColmapModel.Read(_folder.Path, "two");
        Assert.Equal("two", model.Name);
        Assert.Equal(["a.jpg", "b c.jpg"], model.Views.Select(view => view.Name));
        // Points are numbered in the order of the file; number 2 lies behind a.jpg, and number 0 stands there twice.
        Check(model.Views[0], new CameraCentre(0, 0, 0), [0, 1], [100f / 8, 100f / 4]);
        // Focal length 100, the mean of 50 and 150; depths 4 - 1 and 4 - 0.
        Check(model.Views[1], new CameraCentre(4, 0, 4), [0, 1], [100f / 3, 100f / 4]);
        Assert.Equal(new CoVisibility(2, 1, 11.0 / 6), Rounded(CoVisibility.Between(model.Views[0].Points, model.Views[1].Points)));
    }

    [Fact]
    public void Binary_files_come_before_text()
    {
        ColmapFixture.Write(_folder.Path, binary: true);
        _folder.Text("images.txt", "not looked at");
        Assert.Equal(2, ColmapModel.Read(_folder.Path, "").Views.Count);
    }

    public static TheoryData<string, string, string, string> Contradictions => new()
    {
        { "cameras.txt", "7 SIMPLE_RADIAL", "7 EQUIRECTANGULAR", "cameras.txt: line 2: expected a camera model with a focal length, got 'EQUIRECTANGULAR'" },
        { "cameras.txt", "100 32 24 0.1", "0 32 24 0.1", "cameras.txt: camera 7 has the focal length 0, expected one above 0" },
        { "cameras.txt", "100 32 24 0.1", "100 32", "cameras.txt: line 2: expected 4 parameters of SIMPLE_RADIAL, got ''" },
        { "cameras.txt", "2 PINHOLE", "7 PINHOLE", "cameras.txt: camera 7 is there twice" },
        { "cameras.txt", "2 PINHOLE", "8 PINHOLE", "images.txt: 'b c.jpg' was taken with camera 2, which <cameras.txt> does not hold" },
        { "points3D.txt", "9 1 0 8", "9 1 0 NaN", "points3D.txt: point 9 has no position" },
        { "points3D.txt", "5 0 0 4", "9 0 0 4", "points3D.txt: point 9 is there twice" },
        { "points3D.txt", "5 0 0 4", "6 0 0 4", "images.txt: 'b c.jpg' shows point 5, which <points3D.txt> does not hold" },
        { "points3D.txt", "5 0 0 4", "5 0 zero 4", "points3D.txt: line 2: expected a point's y, got 'zero'" },
        { "images.txt", "1 1 0 0 0 0 0 0 7 a.jpg", "1 0 0 0 0 0 0 0 7 a.jpg", "images.txt: 'a.jpg' has no pose" },
        { "images.txt", " 7 a.jpg", " 7", "images.txt: line 4: expected an image's name, got ''" },
        { "images.txt", "2.5 11", "2.5 -2", "images.txt: line 5: expected a key point's 3-D point, got '-2'" },
        { "images.txt", "\n1.5 2.5 9 1.5 2.5 -1 1.5 2.5 5 1.5 2.5 9 1.5 2.5 11\n", "\n", "images.txt: line 4: expected the image's key points on the next line, got the end of the file" },
    };

    [Theory]
    [MemberData(nameof(Contradictions))]
    public void What_does_not_fit_is_told_in_a_line(string file, string there, string instead, string message)
    {
        ColmapFixture.Write(_folder.Path, binary: false);
        var text = File.ReadAllText(_folder.At(file));
        Assert.Contains(there, text, StringComparison.Ordinal);
        _folder.Text(file, text.Replace(there, instead, StringComparison.Ordinal));
        var expected = _folder.At(message.Replace("<", _folder.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal).Replace(">", "", StringComparison.Ordinal));
        Assert.Equal(expected, Assert.Throws<InvalidDataException>(() => ColmapModel.Read(_folder.Path, "")).Message);
    }

    [Theory]
    [InlineData("cameras")]
    [InlineData("points3D")]
    [InlineData("images")]
    public void Announced_numbers_are_held_against_the_file_before_memory_is_taken(string file)
    {
        ColmapFixture.Write(_folder.Path, binary: true);
        var path = _folder.At(file + ".bin");
        var bytes = File.ReadAllBytes(path);
        BitConverter.TryWriteBytes(bytes, 1UL << 60);
        File.WriteAllBytes(path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith($"{path}: damaged or not COLMAP's: ", Assert.Throws<InvalidDataException>(() => ColmapModel.Read(_folder.Path, "")).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        ColmapFixture.Write(_folder.Path, binary: true);
        File.Delete(_folder.At("points3D.bin"));
        Assert.StartsWith(_folder.At("points3D.bin"), Assert.Throws<FileNotFoundException>(() => ColmapModel.Read(_folder.Path, "")).Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.At("nothing/cameras.txt"), Assert.Throws<FileNotFoundException>(() => ColmapModel.Read(_folder.At("nothing"), "")).Message, StringComparison.Ordinal);
    }

    private static void Check(ReconstructedView view, CameraCentre centre, int[] ids, float[] scales)
    {
        Assert.Equal(0, view.Centre.SquaredDistance(centre), 1e-12);
        Assert.Equal(ids, view.Points.Ids);
        Assert.All(view.Points.Scales.Zip(scales), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    private static CoVisibility Rounded(CoVisibility pair) => pair with { ScaleChange = Math.Round(pair.ScaleChange * 6) / 6 };
}
