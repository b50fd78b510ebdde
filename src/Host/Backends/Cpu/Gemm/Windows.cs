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

    public static int GroupRows => Blocking.TileRows;

    public bool RowsAhead(int row, int rows, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(Run(row, depth), (nint)_grid.Stride * _channels, depths, rows, part, out hint);

    public float* Panels(int panel, int panelEnd, int depth, int depths, float* room)
    {
        int column = panel * Blocking.TileColumns, columns = Math.Min(panelEnd * Blocking.TileColumns, Columns) - column;
        var lines = new PanelLines(room, depths, columns);
        lines.ClearMissing();
        for (int at = 0, run = column / _run, from = column - (run * _run); at < columns; run++, from = 0)
        {
            var count = Math.Min(_run - from, columns - at);
            PackColumns(depth, depths, run, from, count, lines, at);
            at += count;
        }
        return room;
    }

    public bool PanelsAhead(int panel, int panelEnd, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(Run(depth, panel * Blocking.TileColumns), (nint)_grid.Stride * _channels, (panelEnd - panel) * Blocking.TileColumns, depths, part, out hint);

    public void Pack(int row, int rows, int depth, int depths, float* target)
    {
        int j = row % _grid.Width, line = row / _grid.Width, i = line % _grid.Height, n = line / _grid.Height;
        for (; rows > 0; rows--, target += RowLayout.RowStride)
        {
            PackRow(n, _grid.Y(i), _grid.X(j), depth, depths, target);
            if (++j < _grid.Width)
                continue;
            j = 0;
            if (++i < _grid.Height)
                continue;
            i = 0;
            n++;
        }
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

    /// <summary>Packs floats [from, from + count) of one run of rows [row, row + rows) as columns from <paramref name="at"/> on.</summary>
    private void PackColumns(int row, int rows, int run, int from, int count, PanelLines lines, int at)
    {
        int tapY = run / _runsPerLine, shift = (run - (tapY * _runsPerLine)) * _grid.Dilation;
        // Windows [low, high) of a line have the whole run inside the map.
        var (low, high) = _grid.InsideX((from / _channels) + shift, ((from + count - 1) / _channels) + shift, _width);
        int j = row % _grid.Width, line = row / _grid.Width, i = line % _grid.Height, n = line / _grid.Height;
        for (var d = 0; d < rows;)
        {
            int y = _grid.Y(i) + (tapY * _grid.Dilation), end = Math.Min(_grid.Width, j + rows - d);
            var inside = (uint)y < (uint)_height;
            for (; j < end; j++, d++)
            {
                var x = _grid.X(j) + shift;
                if (inside && j >= low && j < high)
                    lines.Copy(Pixel(n, y, x) + from, d, at, count);
                else
                    CopyClipped(n, y, x, from, count, lines, d, at);
            }
            j = 0;
            if (++i < _grid.Height)
                continue;
            i = 0;
            n++;
        }
    }

    private void CopyClipped(int n, int y, int x, int from, int count, PanelLines lines, int line, int at)
    {
        while (count > 0)
        {
            var part = Math.Min(count, Blocking.TileColumns - (at % Blocking.TileColumns));
            CopyClipped(n, y, x, from, part, lines.Place(line, at));
            from += part;
            at += part;
            count -= part;
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

    /// <summary>About where a window's values lie from a depth on; beyond the map where the window is.</summary>
    private float* Run(int row, int depth)
    {
        int j = row % _grid.Width, line = row / _grid.Width, i = line % _grid.Height, run = depth / Math.Max(1, _run);
        int tapY = run / Math.Max(1, _runsPerLine), tapX = run - (tapY * _runsPerLine);
        return Pixel(line / _grid.Height, _grid.Y(i) + (tapY * _grid.Dilation), _grid.X(j) + (tapX * _grid.Dilation)) + (depth - (run * _run));
    }
}
