namespace Retrieval.Host;

/// <summary>
/// One of the images of a batch: where its RGB bytes [Height, Width, 3] begin in the tensor of bytes, the box of it that is shown (in
/// pixels, with fractions), whether it is mirrored left to right, and the seed that its random part and flip are drawn from.
/// </summary>
public readonly record struct ImageSource(long Offset, int Height, int Width, float Left, float Top, float BoxWidth, float BoxHeight, bool Flip = false, ulong Seed = 0)
{
    /// <summary>The whole of an image.</summary>
    public ImageSource(long offset, int height, int width, bool flip = false, ulong seed = 0) : this(offset, height, width, 0, 0, width, height, flip, seed) { }
}
