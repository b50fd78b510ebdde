namespace Retrieval.Host.Backends.Cpu;

/// <summary>An image on its way into the batch: its bytes [Height, Width, 3] and the part that is shown.</summary>
internal readonly unsafe record struct ImageJob(nint Address, int Height, int Width, ImagePart Part)
{
    public byte* Row(int y) => (byte*)Address + ((long)y * Width * 3);
}
