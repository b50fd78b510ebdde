using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Models;

/// <summary>Every pooling that a head can have.</summary>
public sealed class PoolingTests : OperatorTests
{
    public static TheoryData<string, bool> Words { get; } = new()
    {
        { "mac", false },
        { "spoc", false },
        { "gem", false },
        { "gemmp", false },
        { "wgem", false },
        { "wgemmp", false },
        { "rmac", false },
        { "rgem", true },
        { "rwgem", false },
        { "rwgem", true },
    };

    [DeviceTheory]
    [OracleData("rmac")]
    public void Maxima_of_regions(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        using var head = new Head(Device, new HeadDescription(PoolingKind.RegionalMac, RegionLevels: oracle.Integer("L")), oracle.Shape("in.x")[1]);
        var x = Map(oracle, "in.x");
        CheckRegions(oracle, x.Shape);
        var y = head.Pooling.Forward(x, head.Pass);
        oracle.Check("out.y", y.ToArray<float>());
        oracle.CheckNhwc("grad.x", head.Pooling.Backward(Upload(y.Shape, oracle.Floats("in.grad_output")), head.Pass).ToArray<float>());
    }

    [DeviceTheory]
    [OracleData("rpool_gem")]
    public void Regional_generalised_means(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var whiten = oracle.Flag("whiten");
        using var head = new Head(Device, new HeadDescription(PoolingKind.RegionalGem, RegionLevels: oracle.Integer("L"), WhitenRegions: whiten), oracle.Shape("in.x")[1]);
        Move(oracle, head.Parameters, parameter => parameter.Set(oracle.Floats("param." + ReferenceName(parameter))));
        var x = Map(oracle, "in.x");
        CheckRegions(oracle, x.Shape);
        CheckVectors(oracle, head, x);
        var y = L2Layer.Forward(head.Pooling.Forward(x, head.Pass), head.Pass);
        oracle.Check("out.y", y.ToArray<float>());
        var dy = Upload(y.Shape, oracle.Floats("in.grad_output"));
        L2Layer.Backward(dy, head.Pass);
        oracle.CheckNhwc("grad.x", head.Pooling.Backward(dy, head.Pass).ToArray<float>());
        Move(oracle, head.Parameters, parameter => oracle.Check("grad." + ReferenceName(parameter), parameter.Gradient.ToArray<float>()));
    }

    [DeviceTheory]
    [MemberData(nameof(Words))]
    public void Gradients_by_differences(DeviceName on, string word, bool option)
    {
        Open(on);
        var description = new HeadDescription(HeadDescription.ParsePooling(word), RegionLevels: 2, WhitenRegions: option && word == "rgem", OwnMasks: option && word == "rwgem");
        Assert.Equal(word, HeadDescription.Word(description.Pooling));
        using var head = new Head(Device, description, channels: 4);
        foreach (var parameter in head.Parameters.Trainable.Where(parameter => parameter.Role is ParameterRole.Linear or ParameterRole.MaskConvolution))
            parameter.Set(Reference.Random(parameter.Value.Count, 6));
        var shape = new Shape(2, 3, 4, 4);
        // Far from the clamp, and no two alike: steps change no winner.
        var order = Reference.Random(shape.Count, 1).Select((value, i) => (value, i)).OrderBy(pair => pair.value).Select(pair => pair.i).ToArray();
        var x = Upload(shape, [.. order.Select(rank => 0.5f + (0.03f * rank))]);
        var weights = Reference.Random(2L * head.Pooling.OutputDimension, 2);
        double Loss()
        {
            head.Pass.Reset(PassMode.FrozenStatistics);
            return FiniteDifferences.Inner(head.Pooling.Forward(x, head.Pass), weights);
        }
        Loss();
        var dx = head.Pooling.Backward(Upload(new Shape(2, head.Pooling.OutputDimension), weights), head.Pass);
        FiniteDifferences.Check(x, dx, Loss, step: 1e-2, tolerance: 5e-3);
        // Behind a region's L2 little is left of the exponent's gradient, too little for differences: the reference cases have it.
        foreach (var parameter in head.Parameters.Trainable)
        {
            if (parameter.Name == "pool.conv.bias")
                Assert.Equal([0], parameter.Gradient.ToArray<float>());
            else if (parameter.Role != ParameterRole.PoolExponent || !word.StartsWith('r'))
                FiniteDifferences.Check(parameter.Value, parameter.Gradient, Loss, step: 1e-2, tolerance: 5e-3);
        }
    }

    [DeviceTheory]
    [InlineData("wgem", "gem")]
    [InlineData("wgemmp", "gemmp")]
    [InlineData("rwgem", "rgem")]
    public void A_mask_that_starts_at_zero_changes_nothing(DeviceName on, string weighted, string plain)
    {
        Open(on);
        var x = Upload(new Shape(2, 5, 7, 6), Reference.Random(420, 1));
        float[] Pool(string word)
        {
            using var head = new Head(Device, new HeadDescription(HeadDescription.ParsePooling(word)), channels: 6);
            WeightInitializer.Initialize(head.Parameters, seed: 3);
            return head.Pooling.Forward(x, head.Pass).ToArray<float>();
        }
        Reference.Close([.. Pool(plain)], Pool(weighted));
    }

    [DeviceTheory]
    public void Crow_is_a_weighted_sum(DeviceName on)
    {
        Open(on);
        const int positions = 12, channels = 5;
        var values = Reference.Random(positions * channels, 1).Select(value => Math.Max(0, value)).ToArray();
        using var head = new Head(Device, new HeadDescription(PoolingKind.Crow), channels);
        var x = Upload(new Shape(1, 3, 4, channels), values);
        Tensor spatial = Device.Rent(new Shape(1, 1, 3, 4)), rarity = Device.Rent(new Shape(1, channels));
        Operators.CrowWeights(x, spatial, rarity);
        float[] s = spatial.ToArray<float>(), q = rarity.ToArray<float>();
        Assert.Equal(s, ((IMaskedPooling)head.Pooling).Mask(x, head.Pass).ToArray<float>());
        var y = head.Pooling.Forward(x, head.Pass);
        Reference.Close([.. Enumerable.Range(0, channels).Select(c => q[c] * Enumerable.Range(0, positions).Sum(i => (double)s[i] * values[(i * channels) + c]))], y.ToArray<float>());
        // Its weights count as constants: each position's gradient is its weight times its channel's.
        var dy = Reference.Random(channels, 2);
        var dx = head.Pooling.Backward(Upload(y.Shape, dy), head.Pass).ToArray<float>();
        Reference.Close([.. dx.Select((_, i) => (double)s[i / channels] * q[i % channels] * dy[i % channels])], dx);
    }

    [Fact]
    public void Words_that_are_none_are_refused() =>
        Assert.Contains("got 'netgem'", Assert.Throws<ArgumentException>(() => HeadDescription.ParsePooling("netgem")).Message, StringComparison.Ordinal);

    private static string ReferenceName(Parameter parameter) => parameter.Name["pool.".Length..];

    private static void Move(OracleCase oracle, ParameterSet parameters, Action<Parameter> action)
    {
        Assert.All(parameters.All, parameter => Assert.True(oracle.Has("param." + ReferenceName(parameter))));
        foreach (var parameter in parameters.All)
            action(parameter);
    }

    private static void CheckRegions(OracleCase oracle, Shape map) =>
        oracle.CheckEqual("out.regions", RmacGrid.Regions(map[1], map[2], oracle.Integer("L")).SelectMany(region => new[] { region.Row, region.Column, region.Height, region.Width }));

    /// <summary>The case has regions within images, the head images within regions.</summary>
    private static void CheckVectors(OracleCase oracle, Head head, Tensor x)
    {
        var shape = oracle.Shape("out.region_vectors");
        var vectors = ((RegionalPooling)head.Pooling).RegionVectors(x, head.Pass).ToArray<float>().Chunk(shape[2]).ToArray();
        oracle.Check("out.region_vectors", [.. from image in Enumerable.Range(0, shape[0]) from region in Enumerable.Range(0, shape[1]) from value in vectors[(region * shape[0]) + image] select value]);
        head.Pass.Reset(PassMode.FrozenStatistics);
    }

    private sealed class Head : IDisposable
    {
        public Head(Device device, HeadDescription description, int channels)
        {
            Parameters = new ParameterSet(device);
            Pooling = description.CreatePooling(Parameters, channels);
            Parameters.EnableGradients();
            Pass = new Pass(device, PassMode.FrozenStatistics);
        }

        public ParameterSet Parameters { get; }

        public IPooling Pooling { get; }

        public Pass Pass { get; }

        public void Dispose()
        {
            Pass.Dispose();
            (Pooling as IDisposable)?.Dispose();
            Parameters.Dispose();
        }
    }
}
