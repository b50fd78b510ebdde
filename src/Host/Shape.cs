namespace Retrieval.Host;

/// <summary>Extents of a tensor, outermost first; rank 0 (a scalar) to 4. A value: it allocates nothing.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    private readonly int _d0, _d1, _d2, _d3;

    public Shape() => (Rank, _d0, _d1, _d2, _d3) = (0, 1, 1, 1, 1);

    public Shape(int d0) : this(1, d0, 1, 1, 1) { }

    public Shape(int d0, int d1) : this(2, d0, d1, 1, 1) { }

    public Shape(int d0, int d1, int d2) : this(3, d0, d1, d2, 1) { }

    public Shape(int d0, int d1, int d2, int d3) : this(4, d0, d1, d2, d3) { }

    private Shape(int rank, int d0, int d1, int d2, int d3)
    {
        if ((d0 | d1 | d2 | d3) < 0)
            throw new ArgumentOutOfRangeException(nameof(d0), $"an extent is negative: [{d0}, {d1}, {d2}, {d3}]");
        (Rank, _d0, _d1, _d2, _d3) = (rank, d0, d1, d2, d3);
    }

    /// <summary>Number of axes.</summary>
    public int Rank { get; }

    /// <summary>Number of elements; 1 for a scalar.</summary>
    public long Count => Rank == 0 ? 1 : (long)_d0 * _d1 * _d2 * _d3;

    /// <summary>Extent of an axis, counted from the outermost.</summary>
    public int this[int axis] => (uint)axis >= (uint)Rank
        ? throw new ArgumentOutOfRangeException(nameof(axis), $"axis {axis} of shape {this}")
        : axis switch { 0 => _d0, 1 => _d1, 2 => _d2, _ => _d3 };

    /// <summary>The last extent (channels, dimensions); 1 for a scalar.</summary>
    public int Last => Rank == 0 ? 1 : this[Rank - 1];

    /// <summary>Product of all extents but the last: the rows of the tensor seen as a matrix.</summary>
    public long Rows => Rank == 0 || Last == 0 ? (Rank == 0 ? 1 : 0) : Count / Last;

    /// <summary>The same shape with another outermost extent.</summary>
    public Shape WithFirst(int extent) => new(Rank, extent, _d1, _d2, _d3);

    public bool Equals(Shape other) => Rank == other.Rank && _d0 == other._d0 && _d1 == other._d1 && _d2 == other._d2 && _d3 == other._d3;

    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Rank, _d0, _d1, _d2, _d3);

    public override string ToString() => Rank switch
    {
        0 => "[]",
        1 => $"[{_d0}]",
        2 => $"[{_d0}, {_d1}]",
        3 => $"[{_d0}, {_d1}, {_d2}]",
        _ => $"[{_d0}, {_d1}, {_d2}, {_d3}]",
    };

    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);
}
