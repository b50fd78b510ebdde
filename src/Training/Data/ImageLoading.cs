using Retrieval.Host.Diagnostics;
using Retrieval.Imaging;
using Retrieval.Imaging.Loading;

namespace Retrieval.Training.Data;

/// <summary>Loads images of a source for runs that go on when one is unreadable.</summary>
internal static class ImageLoading
{
    /// <summary>The image, or null with its reason noted.</summary>
    public static RgbImage? TryLoad(IImageSource images, int index, ImageFailures failures)
    {
        using var span = HostActivity.Start("load");
        try
        {
            return images.Load(index);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            failures.Add(images.Name(index), exception.Message);
            return null;
        }
    }
}
