namespace Retrieval.Imaging;

/// <summary>An sRGB colour, 0..255 a channel.</summary>
public readonly record struct Rgb(byte Red, byte Green, byte Blue)
{
    public static Rgb Black => new(0, 0, 0);

    public static Rgb White => new(255, 255, 255);
}
