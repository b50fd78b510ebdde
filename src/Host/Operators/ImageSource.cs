namespace Retrieval.Host;

/// <summary>
/// One of the images of a batch: where its RGB bytes [Height, Width, 3] begin in the tensor of bytes, the box of it that is shown (in
/// pixels, with fractions; what lies outside the image is black), and whether it is mirrored left to right.
/// </summary>
public readonly record struct ImageSource(long Offset, int Height, int Width, float Left, float Top, float BoxWidth, float BoxHeight, bool Flip = false)
{
    /// <summary>The whole of an image.</summary>
    public ImageSource(long offset, int height, int width, bool flip = false) : this(offset, height, width, 0, 0, width, height, flip) { }

    /// <summary>Changes of colour, made after the box is resized.</summary>
    public ImageColour Colour { get; init; }

    /// <summary>What is covered in the end.</summary>
    public ImageErasure Erased { get; init; }
}
