using Retrieval.Datasets.Readers;
using Xunit;

namespace Retrieval.Tests.Datasets;

public sealed class ListFileDatasetTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    [Theory]
    [InlineData("a.png Greek/character01", "a.png", "Greek/character01")]
    [InlineData("a.png\t7", "a.png", "7")]
    [InlineData("a.png,7", "a.png", "7")]
    [InlineData("sub/a (1), [b] c.JPG , Golden Delicious ", "sub/a (1), [b] c.JPG", "Golden Delicious")]
    [InlineData("x,y/a.png 3", "x,y/a.png", "3")]
    [InlineData("a.jpg copy/b.png 3", "a.jpg copy/b.png", "3")]
    [InlineData("test/a.jpg, 12, 4", "test/a.jpg", "12")]
    [InlineData("test/a.jpg\t12\t4", "test/a.jpg", "12")]
    public void A_line_is_a_path_and_a_label(string line, string path, string label)
    {
        _folder.Images(path);
        var dataset = ListFileDataset.Read(_folder.Text("lists.txt", line + "\r\n"));
        Assert.Equal(_folder.At(path), Assert.Single(dataset.Items).Path);
        Assert.Equal([label], dataset.Classes);
    }

    [Fact]
    public void Classes_stand_in_order_of_first_appearance()
    {
        _folder.Images("a.png", "b.png", "c.png");
        var dataset = ListFileDataset.Read(_folder.Text("letters/test.txt", "../a.png 9\n\n../b.png 4\n../c.png 9"));
        Assert.Equal(["9", "4"], dataset.Classes);
        Assert.Equal([0, 1, 0], dataset.Labels());
        Assert.Equal("letters/test", dataset.Name);
    }

    [Fact]
    public void Online_products_form()
    {
        _folder.Images("images/chair final/1.JPG", "images/2.JPG");
        var list = _folder.Text("Ebay_train.txt", "image_id class_id super_class_id path\n1 34 2 chair final/1.JPG\n2 35 2 2.JPG\n");
        var dataset = ListFileDataset.Read(list, _folder.At("images"));
        Assert.Equal(["34", "35"], dataset.Classes);
        Assert.Equal(_folder.At("images/chair final/1.JPG"), dataset.Items[0].Path);
    }

    [Theory]
    [InlineData("a.png 1\nb.png", 2, "'b.png'")]
    [InlineData("a.png 1\n\nnonsense here", 3, "'nonsense here'")]
    [InlineData("a.png , ", 1, "'a.png , '")]
    [InlineData("image_id class_id super_class_id path\n1 x 2 a.png", 2, "'1 x 2 a.png'")]
    [InlineData("image_id class_id super_class_id path\n1 -2 2 a.png", 2, "'1 -2 2 a.png'")]
    [InlineData("a\0.png 1", 1, "got 'a\uFFFD.png 1'")]
    public void A_malformed_line_is_named(string text, int line, string shown)
    {
        _folder.Images("a.png");
        var list = _folder.Text("list.txt", text);
        var message = Assert.Throws<InvalidDataException>(() => ListFileDataset.Read(list)).Message;
        Assert.StartsWith($"{list}:{line}: expected ", message, StringComparison.Ordinal);
        Assert.EndsWith(shown, message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_listed_twice_is_refused()
    {
        _folder.Images("a.png");
        var list = _folder.Text("list.txt", "a.png 1\n./a.png 2");
        Assert.Equal($"{list}:2: './a.png' stands in line 1 already", Assert.Throws<InvalidDataException>(() => ListFileDataset.Read(list)).Message);
    }

    [Fact]
    public void Missing_images_are_counted_and_the_first_is_named()
    {
        _folder.Images("a.png");
        var list = _folder.Text("list.txt", "a.png 1\nb.png 1\nc.png 1");
        var message = Assert.Throws<FileNotFoundException>(() => ListFileDataset.Read(list)).Message;
        Assert.StartsWith($"{list}: 2 of 3 images are missing, the first in line 2: '{_folder.At("b.png")}'", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_read_is_refused()
    {
        Assert.Throws<FileNotFoundException>(() => ListFileDataset.Read(_folder.At("none.txt")));
        Assert.Contains("lists no image", Assert.Throws<InvalidDataException>(() => ListFileDataset.Read(_folder.Text("empty.txt", "\n"))).Message);
    }

    public void Dispose() => _folder.Dispose();
}
