namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// The matrix of a convolution's windows over a map [N, Height, Width, Channels], never stored as a whole: row (n, i, j) holds, for each tap
/// (r, s), the channels at (i * Stride + OriginY + r * Dilation, j * Stride + OriginX + s * Dilation), zero outside the map.
/// A plain matrix is the case of one tap. As a left operand its rows are the product's rows, as a right operand its rows are the depth.
/// </summary>
internal readonly unsafe struct Windows : ILeftOperand<RowLayout>, IRightOperand
{
    private readonly float* _map;
    private readonly int _height, _width, _channels;
    private readonly WindowGrid _grid;

    // Taps side by side are one contiguous run of the map, unless dilation parts them.
    private readonly int _tapsPerRun, _runsPerLine, _run;

    public Windows(float* map, int height, int width, int channels, in WindowGrid grid)
    {
        _map = map;
        (_height, _width, _channels, _grid) = (height, width, channels, grid);
        _tapsPerRun = grid.Dilation == 1 ? grid.TapsX : 1;
        _runsPerLine = grid.Dilation == 1 ? 1 : grid.TapsX;
        _run = _tapsPerRun * channels;
    }

    /// <summary>The rows of a matrix.</summary>
    public static Windows Matrix(float* address, int rows, int columns) => new(address, 1, rows, columns, WindowGrid.Pixels(rows));

    /// <summary>Columns of the matrix.</summary>
    public int Columns => _grid.TapsY * _runsPerLine * _run;

    public void PackTile(int row, int rows, int depth, int depths, float* tile)
    {
        int j = row % _grid.Width, line = row / _grid.Width, i = line % _grid.Height, n = line / _grid.Height;
        for (; rows > 0; rows--, tile += RowLayout.RowStride)
        {
            PackRow(n, _grid.Y(i), _grid.X(j), depth, depths, tile);
            if (++j < _grid.Width)
                continue;
            j = 0;
            if (++i < _grid.Height)
                continue;
            i = 0;
            n++;
        }
    }

    public float* Panel(int panel, int depth, int depths, float* scratch)
    {
        int column = panel * Blocking.TileColumns, columns = Math.Min(Blocking.TileColumns, Columns - column);
        if (columns < Blocking.TileColumns)
            FloatRun.Clear(scratch, depths * Blocking.TileColumns);
        for (int at = 0, run = column / _run, from = column - (run * _run); at < columns; run++, from = 0)
        {
            var count = Math.Min(_run - from, columns - at);
            PackColumns(depth, depths, run, from, count, scratch + at);
            at += count;
        }
        return scratch;
    }

    private void PackRow(int n, int y, int x, int depth, int depths, float* target)
    {
        for (int run = depth / Math.Max(1, _run), from = depth - (run * _run); depths > 0; run++, from = 0)
        {
            var count = Math.Min(_run - from, depths);
            int tapY = run / _runsPerLine, tapX = run - (tapY * _runsPerLine);
            CopyClipped(n, y + (tapY * _grid.Dilation), x + (tapX * _grid.Dilation), from, count, target);
            target += count;
            depths -= count;
        }
    }

    /// <summary>Writes floats [from, from + count) of one run of rows [row, row + rows), a panel's width apart: whole lines of windows at a time.</summary>
    private void PackColumns(int row, int rows, int run, int from, int count, float* target)
    {
        int tapY = run / _runsPerLine, shift = (run - (tapY * _runsPerLine)) * _grid.Dilation;
        // Windows [low, high) of a line have the whole run inside the map.
        int firstTap = from / _channels, lastTap = (from + count - 1) / _channels;
        var (low, high) = _grid.InsideX(firstTap + shift, lastTap + shift, _width);
        int j = row % _grid.Width, line = row / _grid.Width, i = line % _grid.Height, n = line / _grid.Height;
        while (rows > 0)
        {
            var end = Math.Min(_grid.Width, j + rows);
            rows -= end - j;
            var y = _grid.Y(i) + (tapY * _grid.Dilation);
            var inside = (uint)y < (uint)_height;
            while (j < end)
            {
                var x = _grid.X(j) + shift;
                if (inside && j >= low && j < high)
                {
                    var windows = Math.Min(end, high) - j;
                    FloatRun.CopyLines(Pixel(n, y, x) + from, (long)_grid.Stride * _channels, target, windows, count);
                    target += (long)windows * Blocking.TileColumns;
                    j += windows;
                }
                else
                {
                    CopyClipped(n, y, x, from, count, target);
                    target += Blocking.TileColumns;
                    j++;
                }
            }
            j = 0;
            if (++i < _grid.Height)
                continue;
            i = 0;
            n++;
        }
    }

    /// <summary>Floats [from, from + count) of the run that starts at pixel (y, x), zero where it lies outside the map.</summary>
    private void CopyClipped(int n, int y, int x, int from, int count, float* target)
    {
        var inside = (uint)y < (uint)_height;
        int low = from + count, high = low;
        if (inside)
        {
            low = (int)Math.Clamp(-(long)x * _channels, from, from + count);
            high = (int)Math.Clamp((long)(_width - x) * _channels, low, from + count);
        }
        if (low > from)
            FloatRun.Clear(target, low - from);
        if (high > low)
            FloatRun.Copy(Pixel(n, y, x) + low, target + (low - from), high - low);
        if (from + count > high)
            FloatRun.Clear(target + (high - from), from + count - high);
    }

    private float* Pixel(int n, int y, int x) => _map + (((((long)n * _height) + y) * _width) + x) * _channels;
}
