using Retrieval.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Host;

/// <summary>Negatives that are drawn by their distance.</summary>
public sealed class DrawNegativesTests : OperatorTests
{
    private static readonly NegativeDraw Published = new(0.5f, 1.4f);

    [DeviceTheory]
    [OracleData("distance_weighted")]
    public void Oracle(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        int count = oracle.Shape("in.embedding")[0], dimension = oracle.Shape("in.embedding")[1];
        var groups = oracle.Integers("in.target");
        var rule = new NegativeDraw((float)oracle.Number("cutoff"), (float)oracle.Number("nonzero_loss_cutoff"));
        var drawn = Draw(oracle.Floats("in.embedding"), dimension, groups, null, rule, count - 1, 3);
        oracle.Check("out.probability", drawn.Probabilities);
        (int Anchor, int Positive, int Negative)[] pairs = [.. Enumerable.Range(0, drawn.Positives.Length).Where(place => drawn.Positives[place] >= 0)
            .Select(place => (place / (count - 1), drawn.Positives[place], drawn.Negatives[place]))];
        oracle.CheckEqual("out.anchor_index", pairs.Select(pair => pair.Anchor));
        oracle.CheckEqual("out.positive_index", pairs.Select(pair => pair.Positive));
        // The reference's own draw has a chance here, too; a row without near candidates takes all others alike.
        Assert.All(pairs.Zip(oracle.Integers("in.negative_index")), pair => Assert.True(drawn.Probabilities[(pair.First.Anchor * count) + pair.Second] > 0));
        Assert.All(pairs, pair => Assert.True(drawn.Probabilities[(pair.Anchor * count) + pair.Negative] > 0));
        var uniform = oracle.Integers("out.uniform_row");
        Assert.All(Enumerable.Range(0, count).Where(row => uniform[row] != 0), row =>
            Assert.Single(drawn.Probabilities[(row * count)..((row + 1) * count)].Where(value => value > 0).Distinct()));
    }

    [DeviceTheory]
    public void DrawsFollowTheProbabilities(DeviceName on)
    {
        Open(on);
        const int count = 9, dimension = 8, steps = 600;
        int[] groups = [0, 0, 0, 1, 1, 1, 2, 2, 2];
        var x = Unit(Reference.Random(count * dimension, 3), dimension);
        var first = new double[count * count];
        float[] probabilities = [];
        for (var step = 0; step < steps; step++)
        {
            var drawn = Draw(x, dimension, groups, null, new NegativeDraw(0.5f, 2), 2, step);
            probabilities = drawn.Probabilities;
            for (var row = 0; row < count; row++)
            {
                // Two draws of a row never agree: there are enough candidates.
                Assert.NotEqual(drawn.Negatives[2 * row], drawn.Negatives[(2 * row) + 1]);
                first[(row * count) + drawn.Negatives[2 * row]]++;
            }
        }
        // Four standard deviations.
        for (var i = 0; i < first.Length; i++)
            Assert.InRange((first[i] / steps) - probabilities[i], -4 * Math.Sqrt(0.25 / steps), 4 * Math.Sqrt(0.25 / steps));
    }

    [DeviceTheory]
    public void SameSeedSameDrawOnEveryDevice(DeviceName on)
    {
        Open(on);
        const int count = 67, dimension = 36;
        int[] groups = [.. Enumerable.Range(0, count).Select(row => row / 3)], real = [.. Enumerable.Range(0, count).Select(row => row == 20 ? 0 : 1)];
        var x = Unit(Reference.Random(count * dimension, 6), dimension);
        var here = Draw(x, dimension, groups, real, Published, 3, 41);
        using var processor = Device.OpenCpu(1);
        var there = Draw(x, dimension, groups, real, Published, 3, 41, processor);
        Assert.Equal(there.Positives, here.Positives);
        Assert.Equal(there.Negatives, here.Negatives);
        Assert.NotEqual(here.Negatives, Draw(x, dimension, groups, real, Published, 3, 42).Negatives);
        // Row 20 is padding: nobody's positive or negative.
        Assert.DoesNotContain(20, here.Positives.Concat(here.Negatives));
        Assert.Equal([-1, -1, -1, -1, -1, -1], [.. here.Positives[60..63], .. here.Negatives[60..63]]);
        Assert.All(Enumerable.Range(0, count).Where(row => row is not (18 or 19 or 20 or 66)), row => Assert.Equal(2, here.Positives[(3 * row)..((3 * row) + 3)].Count(other => other >= 0)));
    }

    [DeviceTheory]
    public void FewCandidatesAreDrawnAgain(DeviceName on)
    {
        Open(on);
        // Three of one group against one: each of them has two positives and the one candidate.
        var x = Unit(Reference.Random(4 * 5, 2), 5);
        var drawn = Draw(x, 5, [0, 0, 0, 1], null, new NegativeDraw(0.1f, 2), 2, 0);
        Assert.Equal([3, 3, 3, 3, 3, 3, -1, -1], drawn.Negatives);
        Assert.Equal([1, 2, 0, 2, 0, 1, -1, -1], drawn.Positives);
        // One group alone has positives and nothing else.
        drawn = Draw(x, 5, [0, 0, 0, 0], null, Published, 2, 0);
        Assert.All(drawn.Negatives, negative => Assert.Equal(-1, negative));
        Assert.Equal([1, 2, 0, 2, 0, 1, 0, 1], drawn.Positives);
    }

    [DeviceTheory]
    public void ManyDimensionsDoNotUnderflow(DeviceName on)
    {
        Open(on);
        // At D = 2048 the weights of distances 0.6 and 1.2 differ by a factor of 10^500.
        const int dimension = 2048;
        var x = new float[4 * dimension];
        foreach (var (row, angle) in new[] { (0, 0.0), (1, 0.1), (2, 1.2), (3, 1.3) })
            (x[row * dimension], x[(row * dimension) + 1]) = ((float)Math.Cos(angle), (float)Math.Sin(angle));
        var drawn = Draw(x, dimension, [0, 0, 1, 1], null, Published, 1, 5);
        Assert.Equal([2, 2, 1, 1], drawn.Negatives);
        Assert.All(drawn.Probabilities, value => Assert.True(float.IsFinite(value)));
    }

    [DeviceTheory]
    public void RefusesImpossibleRules(DeviceName on)
    {
        Open(on);
        Assert.Contains("expected 0 < cutoff < limit <= 2", Assert.Throws<OperatorException>(() => Draw(new float[6], 3, [0, 1], null, new NegativeDraw(1.4f, 1.4f), 1, 0)).Message);
        Assert.Contains("expected 3 or more", Assert.Throws<OperatorException>(() => Draw(new float[4], 2, [0, 1], null, Published, 1, 0)).Message);
    }

    private (int[] Positives, int[] Negatives, float[] Probabilities) Draw(float[] values, int dimension, int[] groups, int[]? real, NegativeDraw rule, int perRow, long step, Device? device = null)
    {
        device ??= Device;
        var count = groups.Length;
        Tensor x = device.Rent<float>(new Shape(count, dimension), values), draw = device.Rent<long>(new Shape(2), [77, step]), probabilities = device.Rent(new Shape(count, count));
        Tensor positives = device.Rent(new Shape(count, perRow), ElementType.Int32), negatives = device.Rent(positives.Shape, ElementType.Int32);
        Tensor members = device.Rent<int>(new Shape(count), groups), mask = real is null ? Tensor.None : device.Rent<int>(new Shape(count), real);
        device.Operators.DrawNegatives(x, members, mask, draw, rule, positives, negatives, probabilities);
        var result = (positives.ToArray<int>(), negatives.ToArray<int>(), probabilities.ToArray<float>());
        foreach (var tensor in (Tensor[])[mask, members, negatives, positives, probabilities, draw, x])
            device.Return(tensor);
        return result;
    }

    private static float[] Unit(float[] values, int dimension) =>
        [.. values.Chunk(dimension).SelectMany(row => row.Select(value => value / (float)Math.Sqrt(row.Sum(other => (double)other * other))))];
}
