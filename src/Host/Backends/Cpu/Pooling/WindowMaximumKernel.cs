using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>The maximum of one window's taps in each channel, and the position h W + w of the first that has it.</summary>
internal readonly unsafe struct WindowMaximumKernel : ILaneKernel
{
    private readonly float* _x, _y;
    private readonly int* _argmax;
    private readonly int _rows, _columns, _position, _rowStep, _columnStep, _channels;

    public WindowMaximumKernel(float* map, int width, int channels, PoolWindow rows, PoolWindow columns, int dilation, float* y, int* argmax)
    {
        _position = (rows.First * width) + columns.First;
        _x = map + ((long)_position * channels);
        _y = y;
        _argmax = argmax;
        (_rows, _columns, _rowStep, _columnStep, _channels) = (rows.Count, columns.Count, dilation * width, dilation, channels);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes best = TLanes.Load(_x + index), winner = TLanes.BroadcastBits(_position);
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < _columns; column++)
            {
                var offset = (row * _rowStep) + (column * _columnStep);
                Maximum.Join(ref best, ref winner, TLanes.Load(_x + ((long)offset * _channels) + index), TLanes.BroadcastBits(_position + offset));
            }
        }
        best.Store(_y + index);
        if (_argmax != null)
            winner.Store((float*)_argmax + index);
    }
}
