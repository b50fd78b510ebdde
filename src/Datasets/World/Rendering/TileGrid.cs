namespace Retrieval.Datasets.World.Rendering;

/// <summary>For each tile of a plane, the bodies whose rectangle touches it, in the order in which they were given.</summary>
internal sealed class TileGrid(int columns, int rows)
{
    private readonly int[] _starts = new int[columns * rows + 1];
    private readonly int[] _next = new int[columns * rows];
    private int[] _items = [];

    public int Columns => columns;

    public int Rows => rows;

    public void Build(ReadOnlySpan<TileRectangle> rectangles)
    {
        Array.Clear(_starts);
        foreach (var rectangle in rectangles)
            for (var row = rectangle.Top; row <= rectangle.Bottom; row++)
                for (var column = rectangle.Left; column <= rectangle.Right; column++)
                    _starts[row * columns + column + 1]++;
        for (var tile = 0; tile < _next.Length; tile++)
        {
            _next[tile] = _starts[tile];
            _starts[tile + 1] += _starts[tile];
        }
        if (_items.Length < _starts[^1])
            _items = new int[_starts[^1]];
        for (var item = 0; item < rectangles.Length; item++)
            for (var row = rectangles[item].Top; row <= rectangles[item].Bottom; row++)
                for (var column = rectangles[item].Left; column <= rectangles[item].Right; column++)
                    _items[_next[row * columns + column]++] = item;
    }

    public ReadOnlySpan<int> At(int column, int row)
    {
        var tile = row * columns + column;
        return _items.AsSpan(_starts[tile], _starts[tile + 1] - _starts[tile]);
    }
}
