namespace Retrieval.Index.Format;

/// <summary>
/// Where everything stands in an index file: header page, descriptors [N, D] float32, ids [N] i64, label numbers [N] i32,
/// label offsets and text, path offsets and text, provenance, then one checksum for each chunk of all that follows the
/// header. Each section begins at a multiple of 64 bytes; the gaps are zero.
/// </summary>
internal sealed class IndexLayout
{
    /// <summary>Bytes that one checksum covers.</summary>
    public const int ChunkByteCount = 1 << 20;

    public const long DescriptorsAt = IndexHeader.ByteCount;

    private const long Alignment = 64;

    /// <exception cref="OverflowException">The sizes pass 63 bits.</exception>
    public IndexLayout(IndexHeader header)
    {
        checked
        {
            Header = header;
            DescriptorByteCount = header.Count * header.Dimension * sizeof(float);
            IdsAt = After(DescriptorsAt, DescriptorByteCount);
            LabelCodesAt = After(IdsAt, header.Count * sizeof(long));
            LabelOffsetsAt = After(LabelCodesAt, header.HasLabels ? header.Count * sizeof(int) : 0);
            LabelTextAt = After(LabelOffsetsAt, header.HasLabels ? (header.LabelCount + 1L) * sizeof(long) : 0);
            PathOffsetsAt = After(LabelTextAt, header.LabelByteCount);
            PathTextAt = After(PathOffsetsAt, header.HasPaths ? (header.Count + 1) * sizeof(long) : 0);
            ProvenanceAt = After(PathTextAt, header.PathByteCount);
            ChecksumsAt = After(ProvenanceAt, header.ProvenanceByteCount);
            ChunkCount = (ChecksumsAt - DescriptorsAt + ChunkByteCount - 1) / ChunkByteCount;
            FileByteCount = ChecksumsAt + (ChunkCount * sizeof(uint));
        }
    }

    public IndexHeader Header { get; }

    public long DescriptorByteCount { get; }

    public long IdsAt { get; }

    public long LabelCodesAt { get; }

    public long LabelOffsetsAt { get; }

    public long LabelTextAt { get; }

    public long PathOffsetsAt { get; }

    public long PathTextAt { get; }

    public long ProvenanceAt { get; }

    public long ChecksumsAt { get; }

    public long ChunkCount { get; }

    public long FileByteCount { get; }

    /// <summary>Bytes of the tables: the ids and all that follows them up to the checksums.</summary>
    public long TablesByteCount => ChecksumsAt - IdsAt;

    /// <summary>First and last byte of a chunk, and what stands there, for a message.</summary>
    public string Describe(long chunk)
    {
        var begin = DescriptorsAt + (chunk * ChunkByteCount);
        var end = Math.Min(begin + ChunkByteCount, ChecksumsAt);
        var what = begin < DescriptorsAt + DescriptorByteCount
            ? $"descriptors from row {(begin - DescriptorsAt) / (DescriptorByteCount / Header.Count)} on"
            : "ids, labels, paths or provenance";
        return $"bytes {begin} to {end - 1} ({what})";
    }

    private static long After(long position, long byteCount) => checked((position + byteCount + Alignment - 1) / Alignment * Alignment);
}
