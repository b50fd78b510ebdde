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
        return Draw(seed, count, _ => sizing.FixedSize);
    }

    /// <summary>Draws images as photographs come out of a sizing: of one size, or where that follows the photograph, of 4 : 3, lying and upright in turn.</summary>
    public static RgbImage[] Photographs(int seed, int count, ImageSizing sizing)
    {
        if (sizing.IsFixed)
            return Draw(seed, count, sizing);
        var (longest, shortest) = (sizing.Width, Math.Max(1, sizing.Width * 3 / 4));
        return Draw(seed, count, place => place % 2 == 0 ? (longest, shortest) : (shortest, longest));
    }

    private static RgbImage[] Draw(int seed, int count, Func<int, (int Width, int Height)> size)
    {
        var random = new Random(seed);
        var images = new RgbImage[count];
        for (var place = 0; place < count; place++)
        {
            var (width, height) = size(place);
            images[place] = new RgbImage(width, height);
            random.NextBytes(images[place].Pixels);
        }
        return images;
    }
}
