using Retrieval.Host.Backends.Cpu.Gemm;
using Retrieval.Host.Backends.Cpu.Triplets;

namespace Retrieval.Host.Backends.Cpu.Margin;

/// <summary>Pairs rows with their groups and draws negatives by distance, for a few rows at a time.</summary>
internal readonly unsafe struct NegativeDraws : IParallelBody
{
    private const float Excluded = float.NegativeInfinity;

    private readonly float* _x, _scratch, _probabilities;
    private readonly int* _groups, _real, _positives, _negatives;
    private readonly long* _seed;
    private readonly NegativeDraw _rule;
    private readonly int _count, _dimension, _perRow;

    public NegativeDraws(Tensor x, Tensor groups, Tensor real, Tensor draw, NegativeDraw rule, Tensor positives, Tensor negatives, Tensor probabilities, Tensor scratch)
    {
        _x = x.Pointer<float>();
        _scratch = scratch.Pointer<float>();
        _probabilities = probabilities.Pointer<float>();
        _groups = groups.Pointer<int>();
        _real = real.Pointer<int>();
        _seed = draw.Pointer<long>();
        _positives = positives.Pointer<int>();
        _negatives = negatives.Pointer<int>();
        _rule = rule;
        (_count, _dimension, _perRow) = (x.Shape[0], x.Shape[1], positives.Shape[1]);
    }

    public int Count => Blocking.CeilingDivide(_count, PairTile.Side);

    public static long FloatCount(int count) => (long)PairTile.Side * count;

    public void Run(int index, int worker)
    {
        int first = index * PairTile.Side, rows = Math.Min(PairTile.Side, _count - first);
        var keys = _scratch + (FloatCount(_count) * worker);
        Distances(first, rows, keys);
        for (var row = first; row < first + rows; row++)
            Draw(row, keys + ((long)(row - first) * _count));
    }

    /// <summary>|a - b|^2 of some rows with all.</summary>
    private void Distances(int first, int rows, float* squares)
    {
        float** a = stackalloc float*[PairTile.Side], b = stackalloc float*[PairTile.Side];
        var tile = stackalloc float[PairTile.Side * PairTile.Side];
        List(first, rows, a);
        for (var start = 0; start < _count; start += PairTile.Side)
        {
            var columns = Math.Min(PairTile.Side, _count - start);
            List(start, columns, b);
            PairTile.Compute(false, a, rows, b, columns, _dimension, tile);
            for (var row = 0; row < rows; row++)
                new Span<float>(tile + (row * PairTile.Side), columns).CopyTo(new Span<float>(squares + ((long)row * _count) + start, columns));
        }
    }

    private void List(int first, int rows, float** list)
    {
        for (var i = 0; i < PairTile.Side; i++)
            list[i] = _x + ((long)(first + Math.Min(i, rows - 1)) * _dimension);
    }

    private void Draw(int row, float* keys)
    {
        int* positives = _positives + ((long)row * _perRow), negatives = _negatives + ((long)row * _perRow);
        var pairs = Pair(row, positives);
        new Span<int>(negatives, _perRow).Fill(-1);
        var candidates = Weigh(row, keys);
        if (_probabilities != null)
            Probabilities(keys, _probabilities + ((long)row * _count));
        if (candidates >= pairs)
            WithoutReplacement(row, keys, negatives, pairs);
        else if (candidates > 0)
            for (var draw = 0; draw < pairs; draw++)
                negatives[draw] = Pick(keys, new CandidateDraws(_seed, row, draw + 1));
    }

    private int Pair(int row, int* positives)
    {
        new Span<int>(positives, _perRow).Fill(-1);
        var pairs = 0;
        for (var other = 0; other < _count && pairs < _perRow && IsReal(row); other++)
            if (other != row && IsReal(other) && _groups[other] == _groups[row])
                positives[pairs++] = other;
        return pairs;
    }

    /// <summary>Turns squared distances into logarithms of weights below 0, the largest 0; gives how many candidates there are.</summary>
    private int Weigh(int row, float* keys)
    {
        var (largest, others, candidates) = (double.NegativeInfinity, 0, 0);
        for (var other = 0; other < _count; other++)
        {
            if (!IsOther(row, other))
                continue;
            others++;
            if (MathF.Sqrt(keys[other]) < _rule.Limit)
                (largest, candidates) = (Math.Max(largest, LogWeight(keys[other])), candidates + 1);
        }
        for (var other = 0; other < _count; other++)
            keys[other] = !IsOther(row, other) ? Excluded
                : candidates == 0 ? 0
                : MathF.Sqrt(keys[other]) < _rule.Limit ? (float)(LogWeight(keys[other]) - largest) : Excluded;
        return candidates > 0 ? candidates : others;
    }

    /// <summary>log 1 / q(d).</summary>
    private double LogWeight(float square)
    {
        var clamped = Math.Max(square, (double)_rule.Cutoff * _rule.Cutoff);
        return ((1 - (_dimension / 2.0)) * Math.Log(clamped)) - ((_dimension - 3) / 2.0 * Math.Log(1 - (clamped / 4)));
    }

    private void Probabilities(float* logWeights, float* probabilities)
    {
        var sum = 0.0;
        for (var other = 0; other < _count; other++)
            sum += Math.Exp(logWeights[other]);
        for (var other = 0; other < _count; other++)
            probabilities[other] = sum > 0 ? (float)(Math.Exp(logWeights[other]) / sum) : 0;
    }

    private void WithoutReplacement(int row, float* keys, int* negatives, int pairs)
    {
        var draws = new CandidateDraws(_seed, row, 0);
        for (var other = 0; other < _count; other++)
            if (keys[other] != Excluded)
                keys[other] = (float)(keys[other] + draws[other]);
        for (var pair = 0; pair < pairs; pair++)
        {
            var best = 0;
            for (var other = 1; other < _count; other++)
                if (keys[other] > keys[best])
                    best = other;
            negatives[pair] = best;
            keys[best] = Excluded;
        }
    }

    private int Pick(float* logWeights, CandidateDraws draws)
    {
        var (best, largest) = (-1, Excluded);
        for (var other = 0; other < _count; other++)
            if (logWeights[other] != Excluded && (float)(logWeights[other] + draws[other]) is var key && key > largest)
                (best, largest) = (other, key);
        return best;
    }

    private bool IsOther(int row, int other) => _groups[other] != _groups[row] && IsReal(other) && IsReal(row);

    private bool IsReal(int row) => _real == null || _real[row] != 0;
}
