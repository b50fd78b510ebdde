using System.Text;

namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>A binary file that may be damaged, read from its beginning to its end: every number of records is first held against what is left of the file.</summary>
internal sealed class ColmapStream : IDisposable
{
    private const int LongestText = 4096;

    private readonly string _path;
    private readonly BinaryReader _reader;
    private long _left;

    public ColmapStream(string path)
    {
        _path = path;
        _reader = new BinaryReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan));
        _left = _reader.BaseStream.Length;
    }

    /// <summary>How many records follow, each of at least so many bytes.</summary>
    public int Count(string what, int bytesEach)
    {
        var count = UInt64($"the number of {what}");
        return count <= (ulong)(_left / bytesEach) && count <= int.MaxValue
            ? (int)count
            : throw Damaged($"{count} {what} need {bytesEach} bytes each, but only {_left} are left");
    }

    public uint UInt32(string what)
    {
        Need(sizeof(uint), what);
        return _reader.ReadUInt32();
    }

    public ulong UInt64(string what)
    {
        Need(sizeof(ulong), what);
        return _reader.ReadUInt64();
    }

    public double Double(string what)
    {
        Need(sizeof(double), what);
        return _reader.ReadDouble();
    }

    /// <summary>A text that ends with a zero.</summary>
    public string Text(string what)
    {
        var bytes = new List<byte>();
        while (true)
        {
            Need(1, what);
            var next = _reader.ReadByte();
            if (next == 0)
                return Encoding.UTF8.GetString([.. bytes]);
            if (bytes.Count == LongestText)
                throw Damaged($"{what} is longer than {LongestText} bytes");
            bytes.Add(next);
        }
    }

    public void Skip(long count, string what)
    {
        Need(count, what);
        _reader.BaseStream.Seek(count, SeekOrigin.Current);
    }

    /// <summary>Says that nothing should follow.</summary>
    public void End()
    {
        if (_left != 0)
            throw Damaged($"{_left} bytes follow the last record");
    }

    public InvalidDataException Damaged(string problem) => new($"{_path}: damaged or not COLMAP's: {problem}");

    public void Dispose() => _reader.Dispose();

    private void Need(long count, string what)
    {
        if (count > _left)
            throw Damaged($"{what} needs {count} bytes, but only {_left} are left");
        _left -= count;
    }
}
