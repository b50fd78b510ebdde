using System.Runtime.CompilerServices;

namespace Retrieval.Training.Whitening.LinearAlgebra;

/// <summary>
/// An operand packed for the micro-kernel: panels of <see cref="Width"/> rows of the operand, each stored depth by depth, so that
/// entry (row, depth) lies at <c>[row / Width][depth][row % Width]</c>. Rows that pad the last panel are zero. Either operand of a product
/// has this form, so that a matrix times its own transpose is packed once.
/// </summary>
internal sealed unsafe class PanelBuffer
{
    /// <summary>Three vectors of eight; also a whole number of triples of four or two.</summary>
    public const int Width = 24;

    /// <summary>Depth of a packed block: one narrow panel of the left operand (8 x 256 doubles) stays in the first-level cache.</summary>
    public const int MaxDepth = 256;

    private const int Alignment = 64;

    private double[] _storage = [];
    private double* _start;

    public int Rows { get; private set; }

    public int Depth { get; private set; }

    public int PanelCount => (Rows + Width - 1) / Width;

    /// <summary>Makes room for an operand; its contents are undefined until every panel has been written.</summary>
    public void Resize(int rows, int depth)
    {
        (Rows, Depth) = (rows, depth);
        var needed = checked((PanelCount * Width * depth) + (Alignment / sizeof(double)));
        if (_storage.Length >= needed)
            return;
        _storage = GC.AllocateUninitializedArray<double>(needed, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref _storage[0]);
        _start = (double*)((address + Alignment - 1) & ~(nuint)(Alignment - 1));
    }

    public double* Panel(int panel) => _start + ((long)panel * Width * Depth);

    /// <summary>Packs one panel from columns <paramref name="firstDepth"/> and on of <paramref name="source"/> (rows x depth).</summary>
    public void Pack(Matrix source, int firstDepth, int panel)
    {
        var rows = Math.Min(Width, Rows - (panel * Width));
        var target = Panel(panel);
        fixed (double* data = source.Data)
        {
            var from = data + source.IndexOf(panel * Width, firstDepth);
            for (var depth = 0; depth < Depth; depth++, target += Width, from += source.ColumnStride)
            {
                for (var i = 0; i < rows; i++)
                    target[i] = from[(long)i * source.RowStride];
                for (var i = rows; i < Width; i++)
                    target[i] = 0;
            }
        }
    }

    /// <summary>Writes the operand's entries at one depth: <paramref name="values"/> has one for each row.</summary>
    public void PackDepth(int depth, ReadOnlySpan<double> values)
    {
        for (var panel = 0; panel < PanelCount; panel++)
        {
            var target = new Span<double>(Panel(panel) + (depth * Width), Width);
            var rows = Math.Min(Width, Rows - (panel * Width));
            values.Slice(panel * Width, rows).CopyTo(target);
            target[rows..].Clear();
        }
    }
}
