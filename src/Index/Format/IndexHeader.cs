using System.Buffers.Binary;
using Retrieval.Host;

namespace Retrieval.Index.Format;

/// <summary>
/// The first page of an index file: what the file holds and how much of it. Little-endian:
/// <code>
///    0  signature, 8 bytes            32  bytes of label text, i64
///    8  format version, u32           40  bytes of path text, i64
///   12  metric, u32                   48  bytes of provenance, i64
///   16  rows N, i64                   56  contents, u32: 1 labels, 2 paths
///   24  dimension D, i32              60  checksum of the checksums, u32
///   28  distinct labels, i32        4092  checksum of this page up to here, u32
/// </code>
/// Positions are not stored: they follow from the sizes (<see cref="IndexLayout"/>), so sections cannot overlap.
/// </summary>
internal readonly record struct IndexHeader(SearchMetric Metric, long Count, int Dimension)
{
    public const int ByteCount = 4096;

    /// <summary>The version that is written.</summary>
    public const uint Version = 1;

    /// <summary>The longest descriptor that a file may hold.</summary>
    public const int DimensionLimit = 1 << 20;

    private const int ChecksumAt = ByteCount - sizeof(uint);

    public bool HasLabels { get; init; }

    public int LabelCount { get; init; }

    public long LabelByteCount { get; init; }

    public bool HasPaths { get; init; }

    public long PathByteCount { get; init; }

    public long ProvenanceByteCount { get; init; }

    // As PNG's: the high bit and both kinds of line end show a file that was sent as text.
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'R', (byte)'I', (byte)'X', 0x0D, 0x0A, 0x1A, 0x0A];

    public void Write(Span<byte> page, uint checksumOfChecksums)
    {
        page.Clear();
        Signature.CopyTo(page);
        BinaryPrimitives.WriteUInt32LittleEndian(page[8..], Version);
        BinaryPrimitives.WriteUInt32LittleEndian(page[12..], (uint)Metric);
        BinaryPrimitives.WriteInt64LittleEndian(page[16..], Count);
        BinaryPrimitives.WriteInt32LittleEndian(page[24..], Dimension);
        BinaryPrimitives.WriteInt32LittleEndian(page[28..], LabelCount);
        BinaryPrimitives.WriteInt64LittleEndian(page[32..], LabelByteCount);
        BinaryPrimitives.WriteInt64LittleEndian(page[40..], PathByteCount);
        BinaryPrimitives.WriteInt64LittleEndian(page[48..], ProvenanceByteCount);
        BinaryPrimitives.WriteUInt32LittleEndian(page[56..], (HasLabels ? 1u : 0) | (HasPaths ? 2u : 0));
        BinaryPrimitives.WriteUInt32LittleEndian(page[60..], checksumOfChecksums);
        BinaryPrimitives.WriteUInt32LittleEndian(page[ChecksumAt..], Crc32C.Append(0, page[..ChecksumAt]));
    }

    /// <exception cref="FormatException">Not the first page of an index file that this version reads.</exception>
    public static (IndexHeader Header, uint ChecksumOfChecksums) Read(ReadOnlySpan<byte> page)
    {
        if (!page.StartsWith(Signature))
            throw new FormatException("it does not begin as an index file does");
        if (BinaryPrimitives.ReadUInt32LittleEndian(page[8..]) is var version && version != Version)
            throw new FormatException($"it has format version {version}, this build reads {Version}: use the build that wrote it, or index again");
        if (BinaryPrimitives.ReadUInt32LittleEndian(page[ChecksumAt..]) != Crc32C.Append(0, page[..ChecksumAt]))
            throw new FormatException("the header does not match its checksum: copy the file again, or index again");
        var contents = BinaryPrimitives.ReadUInt32LittleEndian(page[56..]);
        var header = new IndexHeader(
            (SearchMetric)BinaryPrimitives.ReadUInt32LittleEndian(page[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(page[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(page[24..]))
        {
            HasLabels = (contents & 1) != 0,
            LabelCount = BinaryPrimitives.ReadInt32LittleEndian(page[28..]),
            LabelByteCount = BinaryPrimitives.ReadInt64LittleEndian(page[32..]),
            HasPaths = (contents & 2) != 0,
            PathByteCount = BinaryPrimitives.ReadInt64LittleEndian(page[40..]),
            ProvenanceByteCount = BinaryPrimitives.ReadInt64LittleEndian(page[48..]),
        };
        header.RefuseNonsense(contents);
        return (header, BinaryPrimitives.ReadUInt32LittleEndian(page[60..]));
    }

    private void RefuseNonsense(uint contents)
    {
        if (!Enum.IsDefined(Metric) || contents > 3)
            throw new FormatException($"its header names metric {(uint)Metric} and contents {contents}, which version {Version} does not have");
        if (Count < 0 || Dimension is < 1 or > DimensionLimit)
            throw new FormatException($"its header promises {Count} descriptors of {Dimension} dimensions");
        if (LabelCount < 0 || LabelByteCount < 0 || PathByteCount < 0 || ProvenanceByteCount is < 0 or > IndexProvenance.ByteLimit
            || (!HasLabels && LabelCount + LabelByteCount != 0) || (!HasPaths && PathByteCount != 0))
            throw new FormatException("its header gives impossible sizes for labels, paths or provenance");
    }
}
