using System.Numerics;

namespace Retrieval.Host.Backends.Cuda;

/// <summary>
/// How blocks share out a map's channels and positions, as pooling.cuh has it. Lanes and threads follow from positions and
/// channels alone, so that an image's sums have the same order in any batch and on any GPU.
/// </summary>
internal readonly struct PoolCut
{
    private const int MostLanes = 16, LeastLanes = 4, Warp = 32, MostThreads = 512;

    // Small blocks overlap one's reads with another's sums; only maps of many positions need large ones.
    private const int UsualThreads = 256;

    // What a thread reads at a time: with no more positions than that, nothing is read twice.
    private const int Batch = 8;

    /// <param name="variant">What the kernel is launched as.</param>
    /// <param name="packLength">Channels that it takes at a time.</param>
    /// <param name="images">N.</param>
    /// <param name="positions">H W.</param>
    /// <param name="channels">C.</param>
    public PoolCut(KernelVariant variant, int packLength, int images, int positions, int channels)
    {
        (Variant, Positions, Channels) = (variant, positions, channels);
        if (images == 0 || positions == 0 || channels == 0)
            return;
        var packs = (uint)channels / (uint)packLength;
        Lanes = (int)Math.Min(MostLanes, BitOperations.RoundUpToPowerOf2(packs));
        var groups = (int)Math.Min(MostThreads, BitOperations.RoundUpToPowerOf2(((uint)positions + Batch - 1) / Batch));
        while (Lanes > LeastLanes && Lanes * groups > UsualThreads)
            Lanes /= 2;
        // Each channel of a block is finished by a thread of its own.
        var threads = Math.Clamp(Lanes * groups, Math.Max(Warp, Lanes * packLength), MostThreads);
        Shape = new LaunchShape(images * ((packs + Lanes - 1) / Lanes), threads);
    }

    public KernelVariant Variant { get; }

    public int Positions { get; }

    public int Channels { get; }

    /// <summary>Packs that a block takes side by side.</summary>
    public int Lanes { get; }

    /// <summary>The launch; no blocks for an empty map.</summary>
    public LaunchShape Shape { get; }
}
