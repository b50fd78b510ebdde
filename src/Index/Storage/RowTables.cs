using System.Runtime.InteropServices;
using System.Text;
using Retrieval.Index.Format;

namespace Retrieval.Index.Storage;

/// <summary>Collects what stands beside the descriptors (ids, labels, paths) and lays it out as a file holds it.</summary>
internal sealed unsafe class RowTables
{
    private readonly List<long> _ids = [];
    private readonly List<int> _labelCodes = [];
    private readonly List<string?> _labels = [];
    private readonly Dictionary<string, int> _codeOfLabel = new(StringComparer.Ordinal);
    private readonly List<string?> _paths = [];
    private HashSet<long>? _seen;
    private long _highestId = -1;
    private bool _hasPaths;

    /// <summary>Adds rows: all of them, or with an exception none.</summary>
    public void Add(int count, ReadOnlySpan<long> ids, IReadOnlyList<string?>? labels, IReadOnlyList<string?>? paths)
    {
        if (ids.Length != count && ids.Length != 0)
            throw new ArgumentException($"ids: expected {count}, one for each descriptor, got {ids.Length}");
        RefuseBadText("labels", labels, count);
        RefuseBadText("paths", paths, count);
        AddIds(ids.IsEmpty ? NumberedOn(count) : ids);
        for (var i = 0; i < count; i++)
        {
            _labelCodes.Add(CodeOf(labels?[i]));
            _paths.Add(paths?[i]);
            _hasPaths |= !string.IsNullOrEmpty(paths?[i]);
        }
    }

    /// <summary>Writes the tables one after the other into memory of their own.</summary>
    public (IndexLayout Layout, AlignedMemory Tables) Build(IndexHeader sizes, ReadOnlySpan<byte> provenance)
    {
        var layout = new IndexLayout(sizes with
        {
            HasLabels = _labels.Count > 0,
            LabelCount = _labels.Count,
            LabelByteCount = StringTable.TextByteCount(_labels),
            HasPaths = _hasPaths,
            PathByteCount = _hasPaths ? StringTable.TextByteCount(_paths) : 0,
            ProvenanceByteCount = provenance.Length,
        });
        var tables = new AlignedMemory(layout.TablesByteCount);
        var start = (byte*)tables.Address - layout.IdsAt;
        NativeMemory.Clear((void*)tables.Address, (nuint)layout.TablesByteCount);
        for (var row = 0; row < _ids.Count; row++)
            ((long*)(start + layout.IdsAt))[row] = _ids[row];
        if (layout.Header.HasLabels)
        {
            for (var row = 0; row < _labelCodes.Count; row++)
                ((int*)(start + layout.LabelCodesAt))[row] = _labelCodes[row];
            StringTable.Write(_labels, (long*)(start + layout.LabelOffsetsAt), start + layout.LabelTextAt);
        }
        if (_hasPaths)
            StringTable.Write(_paths, (long*)(start + layout.PathOffsetsAt), start + layout.PathTextAt);
        provenance.CopyTo(new Span<byte>(start + layout.ProvenanceAt, provenance.Length));
        return (layout, tables);
    }

    private static void RefuseBadText(string name, IReadOnlyList<string?>? texts, int count)
    {
        if (texts is null)
            return;
        if (texts.Count != count)
            throw new ArgumentException($"{name}: expected {count}, one for each descriptor, got {texts.Count}");
        for (var i = 0; i < count; i++)
            if (Encoding.UTF8.GetByteCount(texts[i] ?? "") is var byteCount && byteCount > StringTable.ByteLimit)
                throw new ArgumentException($"{name}: number {i} has {byteCount} bytes, expected at most {StringTable.ByteLimit}");
    }

    private long[] NumberedOn(int count)
    {
        var ids = new long[count];
        for (var i = 0; i < count; i++)
            ids[i] = _highestId + 1 + i;
        return ids;
    }

    private void AddIds(ReadOnlySpan<long> ids)
    {
        var (highest, rising) = (_highestId, true);
        foreach (var id in ids)
        {
            if (id < 0)
                throw new ArgumentException($"ids: expected 0 or above, got {id}");
            rising &= id > highest;
            highest = Math.Max(highest, id);
        }
        // Ids that only rise cannot repeat; the set is made when the first others come.
        if (!rising || _seen is not null)
            Remember(ids);
        _ids.AddRange(ids);
        _highestId = highest;
    }

    private void Remember(ReadOnlySpan<long> ids)
    {
        _seen ??= [.. _ids];
        for (var i = 0; i < ids.Length; i++)
        {
            if (_seen.Add(ids[i]))
                continue;
            foreach (var taken in ids[..i])
                _seen.Remove(taken);
            throw new ArgumentException($"ids: {ids[i]} occurs twice, expected each id once");
        }
    }

    private int CodeOf(string? label)
    {
        if (string.IsNullOrEmpty(label))
            return -1;
        if (_codeOfLabel.TryGetValue(label, out var code))
            return code;
        _labels.Add(label);
        return _codeOfLabel[label] = _labels.Count - 1;
    }
}
