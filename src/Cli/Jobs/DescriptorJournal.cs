using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Retrieval.Index.Format;

namespace Retrieval.Cli.Jobs;

/// <summary>
/// The side file of an extraction: a header with the run's settings, then a record for each finished image: its position (i32), its
/// descriptor [D] (f32) and the checksum of both (u32), little-endian. Whenever the process is killed, all whole records up to the
/// first bad one count.
/// </summary>
internal sealed class DescriptorJournal : IDisposable
{
    private readonly FileStream _stream;
    private readonly long _start;
    private readonly byte[] _record;
    private readonly int[] _recordOf;

    private DescriptorJournal(FileStream stream, int dimension, int imageCount)
    {
        (_stream, Path) = (stream, stream.Name);
        _start = stream.Position;
        _record = new byte[sizeof(int) + (dimension * sizeof(float)) + sizeof(uint)];
        _recordOf = new int[imageCount];
        Array.Fill(_recordOf, -1);
    }

    /// <summary>Images that have a record.</summary>
    public int Count { get; private set; }

    public string Path { get; }

    /// <summary>Takes up the journal of a run with the same settings, or begins one.</summary>
    /// <param name="path">The side file.</param>
    /// <param name="settings">All that the descriptors depend on.</param>
    /// <param name="dimension">D.</param>
    /// <param name="imageCount">Images of the run: positions are 0 to imageCount - 1.</param>
    /// <param name="restart">Begin anew whatever there is.</param>
    /// <exception cref="UsersMistakeException">There is a journal with other settings, or a damaged one.</exception>
    public static DescriptorJournal Open(string path, IReadOnlyDictionary<string, string> settings, int dimension, int imageCount, bool restart)
    {
        var stream = new FileStream(path, restart ? FileMode.Create : FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
        try
        {
            if (stream.Length > 0)
                JournalHeader.Require(stream, settings);
            else
                JournalHeader.Write(stream, settings);
            var journal = new DescriptorJournal(stream, dimension, imageCount);
            journal.ReadRecords();
            return journal;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public bool Has(int position) => _recordOf[position] >= 0;

    /// <summary>
    /// Finds where a run goes on that takes images window by window, and forgets the records from there on: the window in which the
    /// last record lies may not have been finished.
    /// </summary>
    /// <returns>The first image to describe: a multiple of <paramref name="window"/>. Images before it without a record were unreadable.</returns>
    public int ResumeAt(int window)
    {
        var last = Array.FindLastIndex(_recordOf, record => record >= 0);
        if (last < 0)
            return 0;
        var resume = last / window * window;
        CutTo(_recordOf.Skip(resume).Where(record => record >= 0).Min());
        return resume;
    }

    /// <summary>Adds an image's descriptor; it is safe once <see cref="Flush"/> has returned.</summary>
    public void Append(int position, ReadOnlySpan<float> descriptor)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_record, position);
        MemoryMarshal.AsBytes(descriptor).CopyTo(_record.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteUInt32LittleEndian(_record.AsSpan(_record.Length - sizeof(uint)), Crc32C.Append(0, _record.AsSpan(0, _record.Length - sizeof(uint))));
        _stream.Write(_record);
        Note(position);
    }

    /// <summary>Hands everything to the system, so that it outlives this process.</summary>
    public void Flush() => _stream.Flush();

    /// <summary>Reads back the descriptor of an image that has a record. Nothing is appended afterwards.</summary>
    public void Read(int position, Span<float> descriptor)
    {
        _stream.Position = PositionOf(_recordOf[position]);
        _stream.ReadExactly(_record);
        MemoryMarshal.Cast<byte, float>(_record.AsSpan(sizeof(int), descriptor.Length * sizeof(float))).CopyTo(descriptor);
    }

    /// <summary>Removes the file: its descriptors are elsewhere now.</summary>
    public void Delete()
    {
        _stream.Dispose();
        File.Delete(Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private void ReadRecords()
    {
        var whole = (int)Math.Min(int.MaxValue, (_stream.Length - _start) / _record.Length);
        while (Count < whole)
        {
            _stream.ReadExactly(_record);
            var position = BinaryPrimitives.ReadInt32LittleEndian(_record);
            var checksum = BinaryPrimitives.ReadUInt32LittleEndian(_record.AsSpan(_record.Length - sizeof(uint)));
            if (checksum != Crc32C.Append(0, _record.AsSpan(0, _record.Length - sizeof(uint))) || (uint)position >= (uint)_recordOf.Length || Has(position))
                break;
            Note(position);
        }
        CutTo(Count);
    }

    private void Note(int position) => _recordOf[position] = Count++;

    private void CutTo(int records)
    {
        Count = records;
        foreach (ref var record in _recordOf.AsSpan())
            record = record < records ? record : -1;
        _stream.SetLength(PositionOf(records));
        _stream.Position = _stream.Length;
    }

    private long PositionOf(int record) => _start + ((long)record * _record.Length);
}
