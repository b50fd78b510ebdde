using Retrieval.Imaging;
using Retrieval.Imaging.Interop;
using Xunit;

namespace Retrieval.Tests.Imaging;

public sealed class ImagingLibraryTests
{
    [Fact]
    public void TellsWhereTheLibraryIs()
    {
        var status = ImagingLibrary.Probe();
        Assert.True(status.Found, status.Problem);
        Assert.Contains("vips", Path.GetFileName(status.Path!), StringComparison.Ordinal);
        Assert.True(Version.Parse(status.Version!) >= new Version(8, 12));
        Assert.Contains("JPEG", status.Formats);
        Assert.Contains("PNG", status.Formats);
        Assert.NotEmpty(status.Tried);
    }

    [Fact]
    public void TakesAFolderOrAFileFromTheSetting()
    {
        var path = ImagingLibrary.Probe().Path!;
        Assert.True(new VipsLocator(path).TryLoad());
        // A package may name the file otherwise than its folder is searched for; then the file alone must do.
        var folder = new VipsLocator(Path.GetDirectoryName(path));
        Assert.Equal(NativeLibraryNames.Files(Vips.Library).Any(name => File.Exists(Path.Combine(Path.GetDirectoryName(path)!, name))), folder.TryLoad());
        Assert.All(folder.Tried, tried => Assert.StartsWith(Path.GetDirectoryName(path)!, tried, StringComparison.Ordinal));
    }

    [Fact]
    public void ListsWhatWasTriedAndTheCure()
    {
        using var folder = new TestFolder();
        var fake = folder.Write(NativeLibraryNames.Files(Vips.Library)[0], "not a library"u8.ToArray());
        var locator = new VipsLocator(Path.GetDirectoryName(fake));
        Assert.False(locator.TryLoad());
        var message = VipsRuntime.NotFound(locator.Tried);
        Assert.Contains(fake + " (there, but it does not load)", message, StringComparison.Ordinal);
        Assert.Contains("RETRIEVAL_LIBVIPS", message, StringComparison.Ordinal);
        Assert.Contains(NativeLibraryNames.InstallHint, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);

        var missing = new VipsLocator(folder.File("nowhere"));
        Assert.False(missing.TryLoad());
        Assert.Equal([folder.File("nowhere")], missing.Tried);
    }

    [Fact]
    public void BringsNativeMessagesToOneReadableLine()
    {
        Assert.Equal("a: b; c", VipsException.OneLine("a: b\nc\r\na: b\n\n"));
        Assert.Equal("no reason given", VipsException.OneLine(" \n"));
        Assert.InRange(VipsException.OneLine(new string('x', 5000)).Length, 100, 310);
    }
}
