using System.Globalization;
using Retrieval.Imaging;
using Retrieval.Imaging.Resampling;

namespace Retrieval.Training.Data;

/// <summary>How a decoded image is brought to the network's size.</summary>
/// <param name="Kind">Which side rules.</param>
/// <param name="Width">Width for <see cref="ImageSizingKind.Exact"/>; the side otherwise.</param>
/// <param name="Height">Height for <see cref="ImageSizingKind.Exact"/>; the crop's side for <see cref="ImageSizingKind.ShortCrop"/>.</param>
public sealed record ImageSizing(ImageSizingKind Kind, int Width, int Height)
{
    private const int SideLimit = 16384;
    private const string Enlarged = "to";

    /// <summary>Whether every image comes out at one size.</summary>
    public bool IsFixed => Kind is ImageSizingKind.Exact or ImageSizingKind.ShortCrop;

    /// <summary>The fixed size of the result; only when <see cref="IsFixed"/>.</summary>
    public (int Width, int Height) FixedSize => Kind == ImageSizingKind.Exact ? (Width, Height) : (Height, Height);

    /// <summary>Reads the command line's form: <c>362</c> (longest side, never enlarged), <c>to500</c> (longest side, enlarged too), <c>224x224</c> (width x height, aspect ignored), <c>256/224</c> (shortest side 256, then the central 224 x 224).</summary>
    /// <exception cref="ArgumentException">Another form, or a side out of range.</exception>
    public static ImageSizing Parse(string text)
    {
        var kind = text.Contains('x', StringComparison.Ordinal) ? ImageSizingKind.Exact : text.Contains('/', StringComparison.Ordinal) ? ImageSizingKind.ShortCrop : ImageSizingKind.Longest;
        if (text.StartsWith(Enlarged, StringComparison.Ordinal) && kind == ImageSizingKind.Longest)
            kind = ImageSizingKind.LongestExactly;
        var sides = kind == ImageSizingKind.LongestExactly ? [text[Enlarged.Length..]] : text.Split('x', '/');
        var numbers = new int[2];
        var valid = sides.Length == (kind is ImageSizingKind.Longest or ImageSizingKind.LongestExactly ? 1 : 2);
        for (var i = 0; i < sides.Length && valid; i++)
            valid = int.TryParse(sides[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) && numbers[i] is >= 8 and <= SideLimit;
        if (!valid || (kind == ImageSizingKind.ShortCrop && numbers[1] > numbers[0]))
            throw new ArgumentException($"size: expected <longest side>, to<longest side>, <width>x<height> or <shortest side>/<crop> with sides of 8 to {SideLimit}, got '{text}'");
        return new ImageSizing(kind, numbers[0], numbers[1]);
    }

    /// <summary>Resizes an image.</summary>
    public RgbImage Apply(RgbImage image) => Kind switch
    {
        ImageSizingKind.Exact => image.Resize(Width, Height),
        ImageSizingKind.ShortCrop => image.ResizeShort(Width).CenterCrop(Height, Height),
        ImageSizingKind.LongestExactly => image.ResizeLong(Width),
        _ => PublishedTransforms.Landmark(image, Width),
    };

    /// <summary>Cuts out a region of interest (x1, y1, x2, y2), then resizes; a longest side applies to the whole image, so the cut is as large as it would be inside it.</summary>
    public RgbImage Apply(RgbImage image, (double Left, double Top, double Right, double Bottom) box)
    {
        if (Kind == ImageSizingKind.Longest)
            return PublishedTransforms.Landmark(image, Width, box);
        int left = Math.Clamp((int)Math.Round(box.Left), 0, image.Width - 1), top = Math.Clamp((int)Math.Round(box.Top), 0, image.Height - 1);
        int right = Math.Clamp((int)Math.Round(box.Right), left + 1, image.Width), bottom = Math.Clamp((int)Math.Round(box.Bottom), top + 1, image.Height);
        return Apply(image.Crop(left, top, right - left, bottom - top));
    }

    /// <summary>The command line's form.</summary>
    public override string ToString() => Kind switch
    {
        ImageSizingKind.Exact => $"{Width}x{Height}",
        ImageSizingKind.ShortCrop => $"{Width}/{Height}",
        ImageSizingKind.LongestExactly => $"{Enlarged}{Width}",
        _ => $"{Width}",
    };
}
