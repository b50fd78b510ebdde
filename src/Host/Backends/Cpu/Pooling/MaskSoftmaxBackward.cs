namespace Retrieval.Host.Backends.Cpu;

/// <summary>Gradient of one image's masks to its taps, region after region.</summary>
internal readonly unsafe struct MaskSoftmaxBackward(RegionGrid grid, bool own, float* weights, float* shares, float* dTaps) : IParallelBody
{
    private readonly RegionGrid _grid = grid;
    private readonly bool _own = own;
    private readonly float* _weights = weights;
    private readonly float* _shares = shares;
    private readonly float* _dTaps = dTaps;

    public void Run(int index, int worker)
    {
        var dTaps = _dTaps + (index * _grid.Positions * Operators.MaskTapCount);
        new Span<float>(dTaps, checked((int)_grid.Positions * Operators.MaskTapCount)).Clear();
        for (var region = 0; region < _grid.Count; region++)
        {
            var start = (((long)region * _grid.Images) + index) * _grid.Positions;
            Spread(new MaskWindow(_grid, region, _own), _weights + start, _shares + start, dTaps);
        }
    }

    private void Spread(MaskWindow window, float* weights, float* shares, float* dTaps)
    {
        var sum = 0.0;
        for (var position = 0L; position < _grid.Positions; position++)
            sum += shares[position];
        var region = window.Region;
        for (var row = region.Row; row < region.Row + region.Height; row++)
        {
            for (var column = region.Column; column < region.Column + region.Width; column++)
            {
                var at = (row * _grid.Width) + column;
                var gradient = (float)(shares[at] - (weights[at] * sum));
                for (var tap = 0; tap < Operators.MaskTapCount; tap++)
                    if (window.At(row, column, tap) is >= 0 and var position)
                        dTaps[((long)position * Operators.MaskTapCount) + tap] += gradient;
            }
        }
    }
}
