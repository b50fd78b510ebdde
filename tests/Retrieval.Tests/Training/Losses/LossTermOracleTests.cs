using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Retrieval.Training.Losses;
using Xunit;

namespace Retrieval.Tests.Training.Losses;

/// <summary>Whole training losses, put together from terms.</summary>
public sealed class LossTermOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("ctl_step")]
    public void CentroidStep(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        int dimension = oracle.Shape("in.features")[1], classes = oracle.Integer("num_classes"), slots = oracle.Integer("num_instances");
        Assert.Equal("euclidean", oracle.Text("distance"));
        using var parameters = new ParameterSet(Device);
        var neck = new NormNeck(parameters, dimension);
        var margin = (float)oracle.Number("margin");
        using ILossTerm triplet = new BatchHardTerm(new TripletCost(PairDistance.Euclidean, margin)), centroids = new CentroidTripletTerm(slots, margin);
        using var center = new CenterTerm(parameters, classes, dimension, seed: 1);
        using var entropy = new CrossEntropyTerm(parameters, classes, dimension, new CrossEntropyOptions(Smoothing: oracle.Number("epsilon")), seed: 1);
        parameters.EnableGradients();
        foreach (var (name, tensor) in new[] { ("bottleneck.weight", "bn.weight"), ("bottleneck.bias", "bn.bias"), ("bottleneck.running_mean", "bn.running_mean"),
            ("bottleneck.running_var", "bn.running_var"), ("center.centers", "centers"), ("classifier.weight", "fc.weight") })
            parameters[name].Set(oracle.Floats("param." + tensor));
        using var pass = new Pass(Device, PassMode.BatchStatistics);
        var x = Upload(new Shape(oracle.Shape("in.features")[0], dimension), oracle.Floats("in.features"));
        var real = Device.Rent<int>(new Shape(x.Shape[0]), oracle.Integers("in.is_real"));
        var batch = TermBatch.Of(Device, new NetworkOutputs(x, neck.Forward(x, real, pass), Tensor.None), oracle.Integers("in.label"), oracle.Integers("in.is_real"));

        var total = 0f;
        foreach (var (term, name) in new[] { (triplet, "query_triplet"), (center, "center"), (entropy, "xent"), (centroids, "centroid_triplet") })
        {
            var loss = Zeros(new Shape(1));
            term.Compute(batch, (float)oracle.Number(name + "_weight"), loss);
            oracle.Check("out." + name, loss.ToArray<float>());
            total += loss.ToArray<float>()[0];
        }
        oracle.Check("out.loss", [total]);
        Operators.AddScaled(1, neck.Backward(batch.Gradients.Neck, pass), 1, batch.Gradients.Embedding);
        oracle.Check("grad.features", batch.Gradients.Embedding.ToArray<float>());
        oracle.Check("grad.bn.weight", parameters["bottleneck.weight"].Gradient.ToArray<float>());
        oracle.Check("grad.fc.weight", entropy.Weights.Gradient.ToArray<float>());
        oracle.Check("grad.centers", [.. center.Centers.Gradient.ToArray<float>().Select(value => value / oracle.Number("center_weight"))]);
        oracle.Check("out.bn.running_mean", parameters["bottleneck.running_mean"].Value.ToArray<float>());
        oracle.Check("out.bn.running_var", parameters["bottleneck.running_var"].Value.ToArray<float>());
        CheckRounds(oracle, x, batch.Labels, real, slots, margin);
    }

    [DeviceTheory]
    [OracleData("joint")]
    public void Joint(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        int count = oracle.Shape("in.embedding")[0], dimension = oracle.Shape("in.embedding")[1], classes = oracle.Shape("param.classifier.weight")[0];
        using var parameters = new ParameterSet(Device);
        using var entropy = new CrossEntropyTerm(parameters, classes, dimension, new CrossEntropyOptions(LossOutputs.Embedding, Smoothing: 0, Bias: true), seed: 1);
        parameters.EnableGradients();
        entropy.Weights.Set(oracle.Floats("param.classifier.weight"));
        entropy.Bias!.Set(oracle.Floats("param.classifier.bias"));
        Assert.Equal(L2Layer.Epsilon, (float)oracle.Number("l2n_eps"));
        using var pass = new Pass(Device, PassMode.BatchStatistics);
        var x = Upload(new Shape(count, dimension), oracle.Floats("in.embedding"));
        var descriptors = L2Layer.Forward(x, pass);
        var batch = TermBatch.Of(Device, new NetworkOutputs(x, Tensor.None, descriptors), oracle.Integers("in.label"));
        var lambda = (float)oracle.Number("classif_weight");
        var loss = Zeros(new Shape(1));
        entropy.Compute(batch, lambda, loss);
        oracle.Check("out.cross_entropy", [loss.ToArray<float>()[0] / lambda]);

        // The margin loss of the case's own draw: what MarginTerm does behind its draw.
        var (positives, negatives) = Pairs(oracle, count);
        Tensor beta = Upload(new Shape(1), oracle.Floats("param.beta")), dBeta = Zeros(new Shape(1)), margin = Zeros(new Shape(1));
        Operators.MarginLoss(descriptors, positives, negatives, beta, new MarginCost((float)oracle.Number("margin"), Epsilon: (float)oracle.Number("margin_eps")), 1 - lambda,
            margin, batch.Gradients.Descriptors, dBeta);
        oracle.Check("out.margin", [margin.ToArray<float>()[0] / (1 - lambda)]);
        oracle.Check("out.loss", [loss.ToArray<float>()[0] + margin.ToArray<float>()[0]]);
        oracle.Check("grad.beta", dBeta.ToArray<float>());
        oracle.Check("grad.classifier.weight", entropy.Weights.Gradient.ToArray<float>());
        oracle.Check("grad.classifier.bias", entropy.Bias.Gradient.ToArray<float>());
        L2Layer.Backward(batch.Gradients.Descriptors, pass);
        Operators.AddScaled(1, batch.Gradients.Descriptors, 1, batch.Gradients.Embedding);
        oracle.Check("grad.embedding", batch.Gradients.Embedding.ToArray<float>());
    }

    /// <summary>What the rounds of the centroid triplet loss see, and their figures.</summary>
    private void CheckRounds(OracleCase oracle, Tensor x, Tensor labels, Tensor real, int slots, float margin)
    {
        int count = x.Shape[0], dimension = x.Shape[1];
        Tensor prototypes = Device.Rent(x.Shape), places = Device.Rent(new Shape(8 * count), ElementType.Int32);
        var hardest = new HardestPairs(places.Slice(0, 2 * count), places.Slice(2 * count, 2 * count), Device.Rent(new Shape(2 * count)), Device.Rent(new Shape(2 * count)));
        Operators.CentroidTriplet(x, labels, real, slots, new TripletCost(PairDistance.Euclidean, margin), false, 1, Zeros(new Shape(1)), Zeros(x.Shape), prototypes, hardest);
        float[] rows = x.ToArray<float>(), means = prototypes.ToArray<float>(), far = hardest.PositiveDistances.ToArray<float>(), near = hardest.NegativeDistances.ToArray<float>();
        int[] found = hardest.Negatives.ToArray<int>(), names = labels.ToArray<int>(), mask = oracle.Integers("out.gallery_mask"), isReal = real.ToArray<int>();
        var rounds = Enumerable.Range(0, slots).Select(slot => Enumerable.Range(0, count).Where(row => row % slots == slot && found[row] >= 0).ToArray()).Where(queries => queries.Length > 0).ToArray();
        Assert.Equal(oracle.Integers("out.rounds")[0], rounds.Length);
        for (var round = 0; round < rounds.Length; round++)
        {
            oracle.CheckEqual($"out.round{round}.labels", rounds[round].Concat(rounds[round]).Select(row => names[row]));
            oracle.Check($"out.round{round}.embeddings", [.. rounds[round].SelectMany(row => Row(rows, row)), .. rounds[round].SelectMany(row => Row(means, row))]);
        }
        int[][] sets = [.. rounds.Select(queries => queries.Concat(queries.Select(row => count + row)).ToArray())];
        oracle.Check("out.round_loss", [.. sets.Select(set => set.Average(row => Math.Max(far[row] - near[row] + margin, 0.0)))]);
        oracle.Check("out.dist_ap", [sets.Average(set => set.Average(row => (double)far[row]))]);
        oracle.Check("out.dist_an", [sets.Average(set => set.Average(row => (double)near[row]))]);
        oracle.Check("out.l2_mean_centroid", [rounds.Average(queries => queries.Average(row => Math.Sqrt(Row(means, row).Sum(value => (double)value * value))))]);
        // A prototype is the mean of what the mask of its round leaves of the identity.
        foreach (var row in rounds.SelectMany(queries => queries))
        {
            int[] kept = [.. Enumerable.Range(row / slots * slots, slots).Where(other => mask[(row % slots * count) + other] != 0 && isReal[other] != 0)];
            Reference.Close([.. Enumerable.Range(0, dimension).Select(i => kept.Average(other => (double)rows[(other * dimension) + i]))], [.. Row(means, row)]);
        }

        IEnumerable<float> Row(float[] values, int row) => values.Skip(row * dimension).Take(dimension);
    }

    /// <summary>The case's list of pairs as a table with as many places a row.</summary>
    private (Tensor Positives, Tensor Negatives) Pairs(OracleCase oracle, int count)
    {
        int[] anchors = oracle.Integers("in.anchor_index"), positives = oracle.Integers("in.positive_index"), negatives = oracle.Integers("in.negative_index");
        var perRow = anchors.GroupBy(anchor => anchor).Max(group => group.Count());
        int[] near = [.. Enumerable.Repeat(-1, count * perRow)], far = [.. near], used = new int[count];
        for (var pair = 0; pair < anchors.Length; pair++)
        {
            var place = (anchors[pair] * perRow) + used[anchors[pair]]++;
            (near[place], far[place]) = (positives[pair], negatives[pair]);
        }
        return (Device.Rent<int>(new Shape(count, perRow), near), Device.Rent<int>(new Shape(count, perRow), far));
    }
}
