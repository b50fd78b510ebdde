namespace Retrieval.Cli.Profiling.Kernels;

/// <summary>The sizes that the heads of the kernels' files refer to, or tiny ones that prove the benchmark on a simulator.</summary>
internal sealed class KernelSizes(bool tiny)
{
    public int Of(int reference, int otherwise) => tiny ? otherwise : reference;

    /// <summary>Bytes that calls go through before one meets its tensors again: more than any GPU caches.</summary>
    public long RotatedByteCount => Of(512 << 20, 1 << 10);

    /// <summary>Values that are written a few times before timing begins, so that the device does not wait for the host: about a millisecond of work.</summary>
    public int HeadStart => Of(1 << 28, 1 << 8);
}
