using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>A block of a row-major matrix. Kernels see rows and columns counted from the block's own.</summary>
/// <param name="start">Index of the first element.</param>
/// <param name="rows">Number of rows.</param>
/// <param name="columns">Number of columns.</param>
/// <param name="rowStride">Elements from one row to the next.</param>
internal readonly unsafe struct MatrixBlock(long start, long rows, int columns, long rowStride)
{
    private const int Wide = 256;

    private readonly long _start = start;
    private readonly long _rows = rows;
    private readonly int _columns = columns;
    private readonly long _rowStride = rowStride;

    // Rows that are folded in registers before they meet the values in memory. Wide rows that lie one behind the other come from main
    // memory twice as fast when they are read as they lie.
    private readonly int _rowsAtOnce = columns == rowStride && columns >= Wide ? 1 : 8;

    /// <summary>Runs a kernel over every element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Each<TKernel>(TKernel kernel) where TKernel : struct, IMatrixKernel
    {
        for (var row = 0L; row < _rows; row++)
            LaneSweep.Run(new RowStep<TKernel>(kernel, _start + (row * _rowStride), row), 0, _columns);
    }

    /// <summary>Folds every column.</summary>
    /// <param name="fold">What is taken from the elements and how it is joined.</param>
    /// <param name="first">One value a column, joined to.</param>
    /// <param name="second">The second value a column, joined to; unused unless the fold makes pairs.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Fold<TFold>(TFold fold, float* first, float* second = null) where TFold : struct, IMatrixFold
    {
        for (var row = 0L; row < _rows; row += _rowsAtOnce)
        {
            var rows = (int)Math.Min(_rowsAtOnce, _rows - row);
            LaneSweep.Run(new FoldStep<TFold>(fold, _start + (row * _rowStride), row, rows, _rowStride, first, second), 0, _columns);
        }
    }

    private readonly struct RowStep<TKernel>(TKernel kernel, long start, long row) : ILaneKernel where TKernel : struct, IMatrixKernel
    {
        private readonly TKernel _kernel = kernel;
        private readonly long _start = start;
        private readonly long _row = row;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes> => _kernel.Apply<TLanes>(_start + index, _row, (int)index);
    }

    private readonly struct FoldStep<TFold>(TFold fold, long start, long row, int rows, long rowStride, float* first, float* second) : ILaneKernel
        where TFold : struct, IMatrixFold
    {
        private readonly TFold _fold = fold;
        private readonly long _start = start;
        private readonly long _row = row;
        private readonly int _rows = rows;
        private readonly long _rowStride = rowStride;
        private readonly float* _first = first;
        private readonly float* _second = second;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
        {
            var at = _start + index;
            _fold.Take<TLanes>(at, _row, (int)index, out var first, out var second);
            for (var row = 1; row < _rows; row++)
            {
                at += _rowStride;
                _fold.Take<TLanes>(at, _row + row, (int)index, out var laterFirst, out var laterSecond);
                TFold.Join(ref first, ref second, laterFirst, laterSecond);
            }
            TLanes allFirst = TLanes.Load(_first + index), allSecond = TFold.IsPair ? TLanes.Load(_second + index) : default;
            TFold.Join(ref allFirst, ref allSecond, first, second);
            allFirst.Store(_first + index);
            if (TFold.IsPair)
                allSecond.Store(_second + index);
        }
    }
}
