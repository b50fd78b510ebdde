namespace Retrieval.Host.Backends.Cpu;

/// <summary>An image on its way into the batch: its bytes [Height, Width, 3] and the part that is shown.</summary>
internal readonly unsafe record struct ImageJob(nint Address, int Height, int Width, ImagePart Part)
{
    /// <summary>Whether the whole image is shown as it is.</summary>
    public bool IsWhole(int height, int width) => (Height, Width) == (height, width) && Part == new ImagePart(0, 0, width, height, Flip: false);

    public byte* Row(int y) => (byte*)Address + ((long)y * Width * 3);
}
