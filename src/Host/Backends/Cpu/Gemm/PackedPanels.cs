namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>A right operand whose panels are packed already: [depth block][panel][depths, TileColumns].</summary>
internal readonly unsafe struct PackedPanels(float* address, int columns) : IRightOperand
{
    private readonly long _paddedColumns = PaddedColumns(columns);

    /// <summary>Floats that hold an operand of some depth and columns.</summary>
    public static long FloatCount(int depth, int columns) => depth * PaddedColumns(columns);

    public float* Panels(int panel, int panelEnd, int depth, int depths, float* room) => Address(panel, depth, depths);

    public bool PanelsAhead(int panel, int panelEnd, int depth, int depths, int part, out Hint hint) =>
        Hint.Part(Address(panel, depth, depths), Blocking.TileColumns, Blocking.TileColumns, (panelEnd - panel) * depths, depths, part, out hint);

    public float* Address(int panel, int depth, int depths) => address + (depth * _paddedColumns) + ((long)panel * depths * Blocking.TileColumns);

    private static long PaddedColumns(int columns) => (long)Blocking.CeilingDivide(columns, Blocking.TileColumns) * Blocking.TileColumns;
}
