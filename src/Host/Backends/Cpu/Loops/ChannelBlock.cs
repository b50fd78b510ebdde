namespace Retrieval.Host.Backends.Cpu;

/// <summary>A run of at most <see cref="Length"/> channels: the pieces in which work per channel is shared out.</summary>
internal readonly struct ChannelBlock
{
    public const int Length = 512;

    private ChannelBlock(int first, int count)
    {
        First = first;
        Count = count;
    }

    public int First { get; }

    public int Count { get; }

    /// <summary>Number of blocks that some channels make.</summary>
    public static int CountOf(int channels) => (channels + Length - 1) / Length;

    public static ChannelBlock At(int index, int channels) => new(index * Length, Math.Min(Length, channels - (index * Length)));
}
