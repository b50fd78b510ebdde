using System.Globalization;
using Retrieval.Datasets.Readers;

namespace Retrieval.Datasets.Reconstructions.Colmap;

/// <summary>The fields of one line, separated by blanks.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="line">The line's number, counted from 1.</param>
/// <param name="text">The line.</param>
internal ref struct ColmapFields(string path, int line, ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text.Trim();

    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>All that is left.</summary>
    public readonly string Rest => _rest.ToString();

    public string Word(string what) => Next() is { IsEmpty: false } word ? word.ToString() : throw Wrong(what, "");

    public double Double(string what)
    {
        var field = Next();
        return double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : throw Wrong(what, field);
    }

    /// <summary>A whole number from -1, which stands for none.</summary>
    public long Number(string what, long most)
    {
        var field = Next();
        return long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= -1 && value <= most ? value : throw Wrong(what, field);
    }

    public readonly InvalidDataException Wrong(string what, ReadOnlySpan<char> got) => new($"{path}: line {line}: expected {what}, got {Shown.Text(got.ToString())}");

    private ReadOnlySpan<char> Next()
    {
        var end = _rest.IndexOfAny(' ', '\t');
        var field = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[end..].TrimStart();
        return field;
    }
}
