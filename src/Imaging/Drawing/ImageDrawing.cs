namespace Retrieval.Imaging.Drawing;

/// <summary>Draws into an image. What leaves the image is cut off.</summary>
public static class ImageDrawing
{
    /// <summary>Fills a rectangle.</summary>
    public static void FillRectangle(this RgbImage image, int left, int top, int width, int height, Rgb colour)
    {
        ArgumentNullException.ThrowIfNull(image);
        int right = Math.Min(left + width, image.Width), bottom = Math.Min(top + height, image.Height);
        for (var y = Math.Max(top, 0); y < bottom; y++)
            for (var x = Math.Max(left, 0); x < right; x++)
                image[x, y] = colour;
    }

    /// <summary>Draws a frame whose outer border is the rectangle.</summary>
    public static void DrawFrame(this RgbImage image, int left, int top, int width, int height, int thickness, Rgb colour)
    {
        image.FillRectangle(left, top, width, thickness, colour);
        image.FillRectangle(left, top + height - thickness, width, thickness, colour);
        image.FillRectangle(left, top, thickness, height, colour);
        image.FillRectangle(left + width - thickness, top, thickness, height, colour);
    }

    /// <summary>Copies another image into this one with its upper left corner at the given place.</summary>
    public static void Paste(this RgbImage image, RgbImage other, int left, int top)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(other);
        int first = Math.Max(0, -left), last = Math.Min(other.Width, image.Width - left);
        if (last <= first)
            return;
        for (var y = Math.Max(0, -top); y < Math.Min(other.Height, image.Height - top); y++)
        {
            var part = other.Row(y)[(first * RgbImage.Channels)..(last * RgbImage.Channels)];
            part.CopyTo(image.Row(top + y)[((left + first) * RgbImage.Channels)..]);
        }
    }
}
