using System.Numerics;

namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>
/// C = op(A) op(B) in double precision, for the few products that need it: plain loops over blocks that stay in the cache. A piece is a
/// band of rows of C; each element is summed in the order of its depth, whatever the number of threads.
/// </summary>
internal readonly unsafe struct DoubleProduct : IParallelBody
{
    /// <summary>Rows of a band, and how deep a block of B is read for all of them.</summary>
    private const int BandRows = 8, BlockDepth = 64;

    private readonly double* _a, _b, _c;
    private readonly int _rows, _columns, _depth;
    private readonly long _aRow, _aStep;
    private readonly bool _transposeB, _accumulate;

    public DoubleProduct(Tensor a, Tensor b, Tensor c, bool transposeA, bool transposeB, bool accumulate)
    {
        _a = a.Pointer<double>();
        _b = b.Pointer<double>();
        _c = c.Pointer<double>();
        (_rows, _columns, _depth) = (c.Shape[0], c.Shape[1], a.Shape[transposeA ? 0 : 1]);
        (_aRow, _aStep) = transposeA ? (1, _rows) : (_depth, 1);
        (_transposeB, _accumulate) = (transposeB, accumulate);
    }

    public int PieceCount => _columns == 0 ? 0 : (_rows + BandRows - 1) / BandRows;

    public void Run(int index, int worker)
    {
        int first = index * BandRows, end = Math.Min(first + BandRows, _rows);
        if (!_accumulate)
            new Span<double>(_c + ((long)first * _columns), (end - first) * _columns).Clear();
        if (_transposeB)
            Dots(first, end);
        else
            Sums(first, end);
    }

    /// <summary>B [depth, columns]: rows of B, scaled, are added to rows of C.</summary>
    private void Sums(int first, int end)
    {
        for (var begin = 0; begin < _depth; begin += BlockDepth)
        {
            var last = Math.Min(begin + BlockDepth, _depth);
            for (var row = first; row < end; row++)
                for (var k = begin; k < last; k++)
                    AddScaled(_a[(row * _aRow) + (k * _aStep)], _b + ((long)k * _columns), _c + ((long)row * _columns), _columns);
        }
    }

    /// <summary>B [columns, depth]: one row of B against each row of the band.</summary>
    private void Dots(int first, int end)
    {
        for (var column = 0; column < _columns; column++)
        {
            var b = _b + ((long)column * _depth);
            for (var row = first; row < end; row++)
                _c[((long)row * _columns) + column] += Dot(_a + (row * _aRow), _aStep, b, _depth);
        }
    }

    private static void AddScaled(double factor, double* x, double* y, int count)
    {
        var i = 0;
        for (; i <= count - Vector<double>.Count; i += Vector<double>.Count)
            Vector.Store(Vector.MultiplyAddEstimate(new Vector<double>(factor), Vector.Load(x + i), Vector.Load(y + i)), y + i);
        for (; i < count; i++)
            y[i] += factor * x[i];
    }

    private static double Dot(double* a, long step, double* b, int count)
    {
        var i = 0;
        var sums = Vector<double>.Zero;
        if (step == 1)
            for (; i <= count - Vector<double>.Count; i += Vector<double>.Count)
                sums = Vector.MultiplyAddEstimate(Vector.Load(a + i), Vector.Load(b + i), sums);
        var sum = Vector.Sum(sums);
        for (; i < count; i++)
            sum += a[i * step] * b[i];
        return sum;
    }
}
