namespace Retrieval.Host.Backends.Cpu;

/// <summary>Softmax over a region of one image of the sums of its taps. A mask has a position for each few thousand elements of the map: plain loops.</summary>
internal readonly unsafe struct MaskSoftmaxForward(RegionGrid grid, bool own, float* taps, float* weights) : IParallelBody
{
    private readonly RegionGrid _grid = grid;
    private readonly bool _own = own;
    private readonly float* _taps = taps;
    private readonly float* _weights = weights;

    public void Run(int index, int worker)
    {
        var window = new MaskWindow(_grid, index / _grid.Images, _own);
        var region = window.Region;
        float* taps = _taps + (index % _grid.Images * _grid.Positions * Operators.MaskTapCount), weights = _weights + (index * _grid.Positions);
        new Span<float>(weights, checked((int)_grid.Positions)).Clear();
        var largest = float.NegativeInfinity;
        for (var row = region.Row; row < region.Row + region.Height; row++)
            for (var column = region.Column; column < region.Column + region.Width; column++)
                largest = Math.Max(largest, weights[(row * _grid.Width) + column] = Output(window, taps, row, column));
        var sum = 0.0;
        for (var row = region.Row; row < region.Row + region.Height; row++)
            foreach (ref var weight in new Span<float>(weights + (row * _grid.Width) + region.Column, region.Width))
                sum += weight = MathF.Exp(weight - largest);
        for (var row = region.Row; row < region.Row + region.Height; row++)
            foreach (ref var weight in new Span<float>(weights + (row * _grid.Width) + region.Column, region.Width))
                weight = (float)(weight / sum);
    }

    private static float Output(MaskWindow window, float* taps, int row, int column)
    {
        var sum = 0f;
        for (var tap = 0; tap < Operators.MaskTapCount; tap++)
            if (window.At(row, column, tap) is >= 0 and var position)
                sum += taps[((long)position * Operators.MaskTapCount) + tap];
        return sum;
    }
}
