using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Triplets;

/// <summary>
/// The rows that meet in batch-hard mining. Without prototypes: the rows of x, all in one group. With them: 2 N rows, x first, in as
/// many groups as an identity has slots; group k holds the rows and prototypes of slot k.
/// </summary>
internal readonly unsafe struct PairRows(Tensor x, Tensor labels, nint prototypes, nint members, int groups, bool prototypesOnly)
{
    private readonly float* _x = x.Pointer<float>(), _prototypes = (float*)prototypes;
    private readonly int* _labels = labels.Pointer<int>(), _members = (int*)members;
    private readonly int _first = x.Shape[0];

    public int Dimension { get; } = x.Shape[1];

    public int Groups { get; } = groups;

    /// <summary>All rows.</summary>
    public int Count { get; } = x.Shape[0] * (prototypes == 0 ? 1 : 2);

    /// <summary>Rows of a group.</summary>
    public int GroupCount => Count / Groups;

    /// <summary>The row at a place of a group.</summary>
    public int Row(int group, int place)
    {
        var side = _first / Groups;
        return place < side ? (place * Groups) + group : _first + ((place - side) * Groups) + group;
    }

    public float* this[int row] => row < _first ? _x + ((long)row * Dimension) : _prototypes + ((long)(row - _first) * Dimension);

    public int Label(int row) => _labels[Slot(row)];

    /// <summary>Whether a row takes part at all.</summary>
    public bool TakesPart(int row) => _members == null || _members[Slot(row)] != 0;

    /// <summary>Whether a row looks at another one, both taking part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Sees(int row, int other) => !prototypesOnly || (row < _first && other >= _first);

    private int Slot(int row) => row < _first ? row : row - _first;
}
