using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>
/// Bilinear resize of maps [N, H, W, C], one output row a piece: the two source rows are blended into a row of scratch,
/// then its positions across.
/// </summary>
internal readonly unsafe struct BilinearResize : IParallelBody
{
    // Below this many channels a position is done by plain code: there is not a register's worth.
    private const int FewChannels = 8;

    private readonly int _height, _width, _channels, _outHeight, _outWidth;
    private readonly float _scaleY;
    private readonly float* _x, _y, _rows;
    private readonly LinearTap* _taps;

    /// <param name="x">[N, H, W, C].</param>
    /// <param name="scaleY">Vertical factor.</param>
    /// <param name="taps">Where each output column falls, [OW].</param>
    /// <param name="rows">Scratch [workers, W, C].</param>
    /// <param name="y">[N, OH, OW, C].</param>
    public BilinearResize(Tensor x, float scaleY, LinearTap* taps, float* rows, Tensor y)
    {
        (_height, _width, _channels) = (x.Shape[1], x.Shape[2], x.Shape[3]);
        (_outHeight, _outWidth, _scaleY) = (y.Shape[1], y.Shape[2], scaleY);
        _x = x.Pointer<float>();
        _y = y.Pointer<float>();
        _taps = taps;
        _rows = rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int index, int worker)
    {
        var length = (long)_width * _channels;
        var row = _rows + (worker * length);
        var vertical = new LinearTap(index % _outHeight, _scaleY, _height);
        var map = _x + (index / _outHeight * _height * length);
        LaneSweep.Run(new TwoTermKernel(1 - vertical.Weight, map + (vertical.Low * length), vertical.Weight, map + (vertical.High * length), row), 0, length);
        var y = _y + ((long)index * _outWidth * _channels);
        for (var column = 0; column < _outWidth; column++, y += _channels)
            BlendColumns(row, _taps[column], y);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void BlendColumns(float* row, LinearTap tap, float* y)
    {
        float* low = row + ((long)tap.Low * _channels), high = row + ((long)tap.High * _channels);
        if (_channels >= FewChannels)
        {
            LaneSweep.Run(new TwoTermKernel(1 - tap.Weight, low, tap.Weight, high, y), 0, _channels);
            return;
        }
        for (var c = 0; c < _channels; c++)
            y[c] = ((1 - tap.Weight) * low[c]) + (tap.Weight * high[c]);
    }
}
