using Retrieval.Datasets;
using Retrieval.Datasets.Readers.Reidentification;
using Xunit;

namespace Retrieval.Tests.Datasets;

public sealed class ReidentificationTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0002_c1s1_000451_03.jpg", 2, 1)]
    [InlineData("-1_c6s4_000810_07.jpg", -1, 6)]
    [InlineData("0000_c3s2_105028_04.jpg", 0, 3)]
    [InlineData("1501_c6s4_001902_01.jpg.jpg", 1501, 6)]
    [InlineData("0005_c2_f0046985.jpg", 5, 2)]
    [InlineData("12345_c15s1_0_0.png", 12345, 15)]
    public void Names_tell_identity_and_camera(string file, int identity, int camera)
    {
        Assert.True(ReidentificationName.TryParse(file, out var name));
        Assert.Equal(new ReidentificationName(identity, camera), name);
    }

    [Theory]
    [InlineData("0002.jpg")]
    [InlineData("0002_c1s1_000451_03.txt")]
    [InlineData("-2_c1s1_000451_03.jpg")]
    [InlineData("0002_cs1_000451_03.jpg")]
    [InlineData("0002-c1s1_000451_03.jpg")]
    [InlineData("x/0002_c1s1_000451_03.jpg")]
    [InlineData("00000000002_c1s1_000451_03.jpg")]
    [InlineData("٠٠٠٢_c1s1_000451_03.jpg")]
    [InlineData("a0002_c1s1_000451_03.jpg")]
    public void Other_names_do_not(string file) => Assert.False(ReidentificationName.TryParse(file, out _));

    [Fact]
    public void A_set_is_read_in_the_order_of_its_names()
    {
        Write();
        Assert.True(ReidentificationDataset.IsAt(_folder.Path));
        var set = ReidentificationDataset.Read(_folder.Path);
        Assert.Equal([new ReidentificationName(7, 1), new(7, 3), new(9, 2)], set.Queries.Select(image => image.Name));
        Assert.Equal([new ReidentificationName(-1, 2), new(0, 4), new(7, 1), new(7, 2), new(9, 2)], set.Gallery.Select(image => image.Name));
        Assert.All(set.Gallery, image => Assert.StartsWith(_folder.At("bounding_box_test"), image.Path, StringComparison.Ordinal));
    }

    [Fact]
    public void Identities_are_classes_distractors_have_none_and_junk_is_left_out()
    {
        Write();
        var gallery = ReidentificationDataset.ReadGallery(_folder.Path);
        Assert.Equal(["0007", "0009"], gallery.Classes);
        Assert.Equal([(ImageItem.Unknown, 4), (0, 1), (0, 2), (1, 2)], gallery.Items.Select(item => (item.Label, item.Camera)));
        var training = ReidentificationDataset.ReadTraining(_folder.Path);
        Assert.Equal(["0001", "0003"], training.Classes);
        Assert.Equal([(0, 0, 1), (0, 0, 2), (1, 1, 1)], training.Items.Select(item => (item.Label, item.Cluster, item.Camera)));
        Assert.True(ReidentificationFolder.IsAt(_folder.At("query")));
        Assert.False(ReidentificationFolder.IsAt(_folder.Path));
    }

    [Fact]
    public void What_breaks_the_form_is_refused()
    {
        Write();
        _folder.Images("query/0000_c1s1_000001_00.jpg");
        Refused("'0000_c1s1_000001_00.jpg' is a query of no identity", () => ReidentificationDataset.Read(_folder.Path));
        File.Delete(_folder.At("query/0000_c1s1_000001_00.jpg"));
        _folder.Images("bounding_box_test/portrait.jpg");
        Refused("got 'portrait.jpg'", () => ReidentificationDataset.Read(_folder.Path));
        _folder.Images("bounding_box_train/0000_c1s1_000001_00.jpg");
        Refused("identities begin at 1", () => ReidentificationDataset.ReadTraining(_folder.Path));
        Directory.Delete(_folder.At("bounding_box_train"), recursive: true);
        Directory.CreateDirectory(_folder.At("bounding_box_train"));
        Refused("found none", () => ReidentificationDataset.ReadTraining(_folder.Path));
    }

    /// <summary>The published labels lie in MATLAB files, by the order of the names.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Label_files_must_agree(bool compressed, bool whole)
    {
        Write();
        Labels("queryID.mat", 7, 7, 9);
        Labels("queryCam.mat", 1, 3, 2);
        Assert.Equal(3, ReidentificationDataset.Read(_folder.Path).Queries.Count);
        Labels("queryCam.mat", 1, 2, 2);
        Refused("queryCam.mat: has 2 for image 2 of query, whose name '0007_c3s1_000002_00.jpg' tells 3", () => ReidentificationDataset.Read(_folder.Path));
        Labels("queryCam.mat", 1, 3);
        Refused("queryCam.mat: has labels of 2 images, query holds 3", () => ReidentificationDataset.Read(_folder.Path));

        void Labels(string file, params double[] labels) => File.WriteAllBytes(_folder.At(file), MatFixture.Column(labels, compressed, whole));
    }

    [Theory]
    [InlineData(4, "one row or column of labels")]
    [InlineData(1, "expected a matrix, got an element of type 4")]
    [InlineData(5, "a variable of class 5")]
    public void Other_variables_are_refused(int kind, string complaint)
    {
        Write();
        File.WriteAllBytes(_folder.At("queryID.mat"), MatFixture.Column([7, 7, 9], kind: kind));
        Refused(complaint, () => ReidentificationDataset.Read(_folder.Path));
        File.WriteAllBytes(_folder.At("queryID.mat"), MatFixture.Column([7, 7.5, 9], whole: false));
        Refused("whole numbers", () => ReidentificationDataset.Read(_folder.Path));
    }

    private static void Refused(string complaint, Action read) => Assert.Contains(complaint, Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);

    private void Write() => _folder.Images(
        "query/0007_c1s1_000001_00.jpg", "query/0007_c3s1_000002_00.jpg", "query/0009_c2s1_000003_00.jpg",
        "bounding_box_test/-1_c2s1_000004_00.jpg", "bounding_box_test/0000_c4s1_000005_00.jpg", "bounding_box_test/0007_c1s1_000006_00.jpg",
        "bounding_box_test/0007_c2s1_000007_00.jpg", "bounding_box_test/0009_c2s1_000008_00.jpg",
        "bounding_box_train/0001_c1s1_000009_00.jpg", "bounding_box_train/0001_c2s1_000010_00.jpg", "bounding_box_train/0003_c1s1_000011_00.jpg",
        "bounding_box_train/-1_c1s1_000012_00.jpg");
}
