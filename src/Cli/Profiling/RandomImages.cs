using Retrieval.Imaging;
using Retrieval.Training.Data;

namespace Retrieval.Cli.Profiling;

/// <summary>Images of random bytes, for what does not depend on what is to be seen.</summary>
internal static class RandomImages
{
    /// <summary>Draws images from a seed.</summary>
    /// <exception cref="UsersMistakeException">The sizing leaves the size to the image.</exception>
    public static RgbImage[] Draw(int seed, int count, ImageSizing sizing)
    {
        if (!sizing.IsFixed)
            throw new UsersMistakeException($"--size: random images need <width>x<height>, got '{sizing}'");
        var random = new Random(seed);
        var images = new RgbImage[count];
        foreach (ref var image in images.AsSpan())
        {
            image = new RgbImage(sizing.FixedSize.Width, sizing.FixedSize.Height);
            random.NextBytes(image.Pixels);
        }
        return images;
    }
}
