using Retrieval.Datasets.Readers;
using Xunit;

namespace Retrieval.Tests.Datasets;

public sealed class ClassFolderDatasetTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Fact]
    public void Class_is_the_folder_that_holds_the_image_at_any_depth()
    {
        _folder.Images("Fruit/Apple/Golden/1.jpg", "Fruit/Apple/Golden/2.PNG", "Fruit/Banana/1.jpeg", "Kana_(new)/character01/a, b [1].webp");
        _folder.Text("README.md", "not an image");
        _folder.Text("Fruit/Banana/notes.txt", "not an image");
        var dataset = ClassFolderDataset.Read(_folder.Path);
        Assert.Equal(["Fruit/Apple/Golden", "Fruit/Banana", "Kana_(new)/character01"], dataset.Classes);
        Assert.Equal([0, 0, 1, 2], dataset.Labels());
        Assert.Equal(_folder.At("Kana_(new)/character01/a, b [1].webp"), dataset.Items[3].Path);
        Assert.All(dataset.Items, item => Assert.Equal(item.Label, item.Cluster));
        Assert.Equal(Path.GetFileName(_folder.Path), dataset.Name);
        Assert.EndsWith("4 images of 3 classes", dataset.Provenance, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_names_are_passed_over()
    {
        _folder.Images("dress/1.jpg", "dress/._1.jpg", ".thumbnails/dress/1.jpg");
        Assert.Single(ClassFolderDataset.Read(_folder.Path).Items);
    }

    [Fact]
    public void A_link_in_a_circle_ends()
    {
        _folder.Images("hat/1.jpg");
        Directory.CreateSymbolicLink(_folder.At("hat/again"), _folder.Path);
        Assert.Single(ClassFolderDataset.Read(_folder.Path).Items);
    }

    [Fact]
    public void An_image_without_a_class_is_refused()
    {
        _folder.Images("hat/1.jpg", "stray.jpg");
        Assert.Contains("'stray.jpg' lies in no class folder", Assert.Throws<InvalidDataException>(() => ClassFolderDataset.Read(_folder.Path)).Message);
    }

    [Fact]
    public void Nothing_to_read_is_refused()
    {
        Assert.Contains("found no image", Assert.Throws<InvalidDataException>(() => ClassFolderDataset.Read(_folder.Path)).Message);
        var missing = _folder.At("missing");
        Assert.Equal($"{missing}: no such folder", Assert.Throws<DirectoryNotFoundException>(() => ClassFolderDataset.Read(missing)).Message);
    }

    public void Dispose() => _folder.Dispose();
}
