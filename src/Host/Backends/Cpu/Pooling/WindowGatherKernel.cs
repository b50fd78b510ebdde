using System.Runtime.CompilerServices;

namespace Retrieval.Host.Backends.Cpu;

/// <summary>dx = sum of dy over the windows [rows, columns] that chose one input position.</summary>
internal readonly unsafe struct WindowGatherKernel(float* dy, int* argmax, int rows, int columns, int outWidth, int channels, int position, float* dx) : ILaneKernel
{
    private readonly float* _dy = dy;
    private readonly float* _argmax = (float*)argmax;
    private readonly int _rows = rows;
    private readonly int _columns = columns;
    private readonly int _outWidth = outWidth;
    private readonly int _channels = channels;
    private readonly int _position = position;
    private readonly float* _dx = dx;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Apply<TLanes>(long index) where TLanes : unmanaged, ILanes<TLanes>
    {
        TLanes sum = TLanes.Broadcast(0), zero = sum, position = TLanes.BroadcastBits(_position);
        for (var row = 0; row < _rows; row++)
        {
            for (var column = 0; column < _columns; column++)
            {
                var at = ((((long)row * _outWidth) + column) * _channels) + index;
                sum += TLanes.IfSameBits(TLanes.Load(_argmax + at), position, TLanes.Load(_dy + at), zero);
            }
        }
        sum.Store(_dx + index);
    }
}
