using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// The matrix of a convolution's windows over a map [N, Height, Width, Channels], never stored as a whole: row (n, i, j) holds, for each tap
/// (r, s), the channels at (i * Stride + OriginY + r * Dilation, j * Stride + OriginX + s * Dilation), zero outside the map.
/// A plain matrix is the case of one tap. As a left operand its rows are the product's rows, as a right operand its rows are the depth.
/// </summary>
internal readonly unsafe struct Windows : ILeftOperand<RowLayout>, IRightOperand
{
    private const int BatchLines = 16;

    private readonly float* _map;
    private readonly int _height, _width, _channels;
    private readonly WindowGrid _grid;

    // Each pixel is a window, in order.
    private readonly bool _isMatrix;

    // Taps side by side are one contiguous run of the map, unless dilation parts them.
    private readonly int _tapsPerRun, _run;

    public Windows(float* map, int height, int width, int channels, in WindowGrid grid)
    {
        _map = map;
        (_height, _width, _channels, _grid) = (height, width, channels, grid);
        _isMatrix = grid.IsPixels(height, width);
        _tapsPerRun = grid.Dilation == 1 ? grid.TapsX : 1;
        _run = _tapsPerRun * channels;
    }

    /// <summary>The rows of a matrix.</summary>
    public static Windows Matrix(float* address, int rows, int columns) => new(address, 1, rows, columns, WindowGrid.Pixels(rows));

    public static int GroupRows => Blocking.TileRows;

    /// <summary>Columns of the matrix.</summary>
    public int Columns => _grid.TapsY * _grid.TapsX * _channels;

    public void Pack(int row, int rows, int depth, int depths, float* target)
    {
        var lines = new PackedRows(target, RowLayout.RowStride);
        if (_isMatrix)
            PackMatrix(row, rows, depth, depths, lines);
        else
            Pack(row, rows, depth, depths, lines);
    }

    public bool RowsAhead(int row, int rows, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(Place(row, depth), (nint)_grid.Stride * _channels, depths, rows, depths, part, out hint);

    public float* Panels(int panel, int panelEnd, int depth, int depths, float* room)
    {
        int column = panel * Blocking.TileColumns, columns = Math.Min(panelEnd * Blocking.TileColumns, Columns) - column;
        var lines = new PanelLines(room, depths);
        lines.ClearMissing(columns);
        if (_isMatrix)
            PackMatrix(depth, depths, column, columns, lines);
        else if (_run >= Blocking.TileColumns)
            Pack(depth, depths, column, columns, lines);
        else
            PackShortRuns(depth, depths, column, columns, lines);
        return room;
    }

    public bool PanelsAhead(int panel, int panelEnd, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(Place(depth, panel * Blocking.TileColumns), (nint)_grid.Stride * _channels, (panelEnd - panel) * Blocking.TileColumns, depths, depths, part, out hint);

    /// <summary>Runs that are shorter than a panel's line are put together before they are parted again.</summary>
    [SkipLocalsInit]
    private void PackShortRuns(int row, int rows, int column, int columns, PanelLines lines)
    {
        var stride = Blocking.RangePanels * Blocking.TileColumns;
        var batch = stackalloc float[BatchLines * stride];
        for (var line = 0; line < rows; line += BatchLines)
        {
            var count = Math.Min(BatchLines, rows - line);
            Pack(row + line, count, column, columns, new PackedRows(batch, stride));
            for (var i = 0; i < count; i++)
                lines.Copy(batch + (i * stride), line + i, 0, columns);
        }
    }

    /// <summary>Packs columns [column, column + columns) of rows [row, row + rows) that follow each other in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void PackMatrix<TTarget>(int row, int rows, int column, int columns, TTarget target) where TTarget : struct, IPackTarget
    {
        var source = _map + ((long)row * _channels) + column;
        for (var line = 0; line < rows; line++, source += _channels)
            target.Copy(source, line, 0, columns);
    }

    /// <summary>Packs columns [column, column + columns) of rows [row, row + rows), run by run.</summary>
    private void Pack<TTarget>(int row, int rows, int column, int columns, TTarget target) where TTarget : struct, IPackTarget
    {
        var start = _grid.PositionOf(row);
        for (int at = 0, run = column / _run, from = column - (run * _run); at < columns; run++, from = 0)
        {
            var count = Math.Min(_run - from, columns - at);
            PackRun(start, rows, run, from, count, target, at);
            at += count;
        }
    }

    /// <summary>Packs floats [from, from + count) of one run of some windows to columns from <paramref name="at"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void PackRun<TTarget>(WindowPosition start, int rows, int run, int from, int count, TTarget target, int at) where TTarget : struct, IPackTarget
    {
        var (tapY, tapX) = TapOf(run);
        int shiftY = tapY * _grid.Dilation, shiftX = tapX * _grid.Dilation;
        // Windows [low, high) of a line have the whole run inside the map.
        var (low, high) = _grid.InsideX(shiftX, shiftX + _tapsPerRun - 1, _width);
        var step = (long)_grid.Stride * _channels;
        var (n, i, j) = start;
        for (var d = 0; d < rows;)
        {
            int y = _grid.Y(i) + shiftY, end = Math.Min(_grid.Width, j + rows - d);
            var inside = (uint)y < (uint)_height;
            var source = Pixel(n, y, _grid.X(j) + shiftX) + from;
            for (; j < end; j++, d++, source += step)
            {
                if (inside && j >= low && j < high)
                    target.Copy(source, d, at, count);
                else
                    CopyClipped(source, inside, _grid.X(j) + shiftX, from, count, target, d, at);
            }
            j = 0;
            if (++i < _grid.Height)
                continue;
            i = 0;
            n++;
        }
    }

    /// <summary>Copies floats [from, from + count) of the run that starts at column x of the map, zero where it lies outside.</summary>
    private void CopyClipped<TTarget>(float* source, bool inside, int x, int from, int count, TTarget target, int line, int at) where TTarget : struct, IPackTarget
    {
        int end = from + count, low = end, high = end;
        if (inside)
        {
            low = (int)Math.Clamp(-(long)x * _channels, from, end);
            high = (int)Math.Clamp((long)(_width - x) * _channels, low, end);
        }
        target.Clear(line, at, low - from);
        target.Copy(source + (low - from), line, at + (low - from), high - low);
        target.Clear(line, at + (high - from), end - high);
    }

    /// <summary>About where a window's values lie from a column on; beyond the map where the window is.</summary>
    private float* Place(int row, int column)
    {
        if (_isMatrix)
            return _map + ((long)row * _channels) + column;
        var (n, i, j) = _grid.PositionOf(row);
        var run = column / Math.Max(1, _run);
        var (tapY, tapX) = TapOf(run);
        return Pixel(n, _grid.Y(i) + (tapY * _grid.Dilation), _grid.X(j) + (tapX * _grid.Dilation)) + (column - (run * _run));
    }

    /// <summary>The first tap of a run.</summary>
    private (int Y, int X) TapOf(int run) => _tapsPerRun == _grid.TapsX ? (run, 0) : Math.DivRem(run, _grid.TapsX);

    private float* Pixel(int n, int y, int x) => _map + (((((long)n * _height) + y) * _width) + x) * _channels;
}
