namespace Retrieval.Host.Backends.Cpu;

/// <summary>Gradients of the taps to a few channels of all positions, one after another: no sum crosses pieces.</summary>
internal readonly unsafe struct MaskTapsBackward(long positions, int channels, float* x, float* w, float* dTaps, float* dx, float* dw) : IParallelBody
{
    /// <summary>Channels of a piece: the taps' gradients stay in the nearest cache.</summary>
    private const int Length = 128;

    private readonly long _positions = positions;
    private readonly int _channels = channels;
    private readonly float* _x = x;
    private readonly float* _w = w;
    private readonly float* _dTaps = dTaps;
    private readonly float* _dx = dx;
    private readonly float* _dw = dw;

    public static int Pieces(int channels) => (channels + Length - 1) / Length;

    public void Run(int index, int worker)
    {
        var first = index * Length;
        var count = Math.Min(Length, _channels - first);
        for (var position = 0L; position < _positions; position++)
        {
            var row = (position * _channels) + first;
            LaneSweep.Run(new TapGradientKernel(_dTaps + (position * Operators.MaskTapCount), _channels, _x + row, _w + first, _dx + row, _dw + first), 0, count);
        }
    }
}
