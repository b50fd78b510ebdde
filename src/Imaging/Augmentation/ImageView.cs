namespace Retrieval.Imaging.Augmentation;

/// <summary>What is shown of an image, and how: numbers that were drawn once, on the host, and that every device applies alike.</summary>
/// <param name="Left">Left edge of the box that is shown, in pixels of the image; what lies outside the image is black.</param>
/// <param name="Top">Top edge.</param>
/// <param name="BoxWidth">Width of the box.</param>
/// <param name="BoxHeight">Height of the box.</param>
/// <param name="Width">Pixels of the result, to which the box is resized.</param>
/// <param name="Height">Pixels of the result.</param>
/// <param name="Flip">Whether the result is mirrored left to right.</param>
public readonly record struct ImageView(float Left, float Top, float BoxWidth, float BoxHeight, int Width, int Height, bool Flip = false)
{
    /// <summary>Changes of colour.</summary>
    public ColourChange Colour { get; init; }

    /// <summary>What of the result is covered.</summary>
    public ErasedBox Erased { get; init; }

    /// <summary>Shows a part of this view: a box in pixels of its result, resized to another size.</summary>
    internal ImageView Cut(int left, int top, int boxWidth, int boxHeight, int width, int height)
    {
        float across = BoxWidth / Width, down = BoxHeight / Height;
        // A mirrored view's left is the box's right.
        var start = Flip ? Width - left - boxWidth : left;
        return this with
        {
            Left = Left + (start * across),
            Top = Top + (top * down),
            BoxWidth = boxWidth * across,
            BoxHeight = boxHeight * down,
            Width = width,
            Height = height,
        };
    }
}
