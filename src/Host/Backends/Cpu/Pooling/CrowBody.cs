namespace Retrieval.Host.Backends.Cpu;

/// <summary>Cross-dimensional weights of one image.</summary>
internal readonly unsafe struct CrowBody(RegionGrid grid, float* x, float* weights, float* channelWeights) : IParallelBody
{
    private readonly RegionGrid _grid = grid;
    private readonly float* _x = x;
    private readonly float* _weights = weights;
    private readonly float* _channelWeights = channelWeights;

    public void Run(int index, int worker)
    {
        var map = _x + (index * _grid.Positions * _grid.Channels);
        WeighPositions(map, new Span<float>(_weights + (index * _grid.Positions), checked((int)_grid.Positions)));
        WeighChannels(index, _channelWeights + ((long)index * _grid.Channels));
    }

    private void WeighPositions(float* map, Span<float> weights)
    {
        var squares = 0.0;
        for (var position = 0; position < weights.Length; position++)
        {
            var sum = Sum(map + (position * (long)_grid.Channels), _grid.Channels);
            weights[position] = (float)sum;
            squares += sum * sum;
        }
        var norm = Math.Sqrt(squares);
        foreach (ref var weight in weights)
            weight = norm > 0 ? (float)Math.Sqrt(Math.Max(0, weight / norm)) : 0;
    }

    private void WeighChannels(int image, float* weights)
    {
        new Span<float>(weights, _grid.Channels).Clear();
        new MatrixBlock(image * _grid.Positions * _grid.Channels, _grid.Positions, _grid.Channels, _grid.Channels).Fold(new OccupiedFold(_x), weights);
        var sum = 0.0;
        for (var c = 0; c < _grid.Channels; c++)
            sum += weights[c];
        for (var c = 0; c < _grid.Channels; c++)
            weights[c] = weights[c] > 0 ? (float)Math.Log(sum / weights[c]) : 0;
    }

    private static double Sum(float* values, int count)
    {
        var ones = stackalloc float[ChannelBlock.Length];
        new Span<float>(ones, ChannelBlock.Length).Fill(1);
        var sum = 0.0;
        for (var first = 0; first < count; first += ChannelBlock.Length)
            sum += LaneSums.Dot(values + first, ones, Math.Min(ChannelBlock.Length, count - first));
        return sum;
    }
}
