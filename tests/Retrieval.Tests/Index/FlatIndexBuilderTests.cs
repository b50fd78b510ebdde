using Retrieval.Host;
using Retrieval.Index;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>What a builder takes, and that a refused block leaves it as it was.</summary>
public sealed class FlatIndexBuilderTests : IDisposable
{
    private readonly Device _device = Device.OpenCpu(1);
    private readonly FlatIndexBuilder _builder;

    public FlatIndexBuilderTests()
    {
        _builder = new FlatIndexBuilder(_device, 2);
        _builder.Add([1f, 2, 3, 4], [5, 9], ["a", "b"], ["5.jpg", "9.jpg"]);
    }

    public void Dispose()
    {
        _builder.Dispose();
        _device.Dispose();
    }

    [Theory]
    [InlineData(new float[] { 1, 2, 3 }, new long[] { 1 }, "2 dimensions")]
    [InlineData(new float[] { 1, 2, float.NaN, 4 }, new long[] { 1, 77 }, "number 1 (id 77) holds NaN")]
    [InlineData(new float[] { float.PositiveInfinity, 2 }, new long[] { }, "number 0 holds NaN or infinity")]
    [InlineData(new float[] { 1, 2 }, new long[] { 1, 2 }, "expected 1, one for each")]
    [InlineData(new float[] { 1, 2 }, new long[] { -3 }, "got -3")]
    [InlineData(new float[] { 1, 2, 3, 4 }, new long[] { 1, 9 }, "9 occurs twice")]
    [InlineData(new float[] { 1, 2, 3, 4 }, new long[] { 12, 12 }, "12 occurs twice")]
    public void Refuses_in_one_line_and_stays_as_it_was(float[] descriptors, long[] ids, string complaint)
    {
        var message = Assert.Throws<ArgumentException>(() => _builder.Add(descriptors, ids)).Message;
        Assert.Contains(complaint, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(2, _builder.Count);
        // The ids of the refused block are still free.
        _builder.Add([5f, 6, 7, 8], [12, 1]);
        using var index = _builder.Build();
        Assert.Equal([5L, 9, 12, 1], Enumerable.Range(0, 4).Select(row => index.Id(row)));
    }

    [Fact]
    public void Refuses_labels_and_paths_that_do_not_fit()
    {
        Assert.Throws<ArgumentException>(() => _builder.Add([1f, 2], labels: ["a", "b"]));
        Assert.Throws<ArgumentException>(() => _builder.Add([1f, 2], paths: []));
        Assert.Contains("65536 bytes", Assert.Throws<ArgumentException>(() => _builder.Add([1f, 2], paths: [new string('x', 65536)])).Message, StringComparison.Ordinal);
        Assert.Equal(2, _builder.Count);
    }

    [Fact]
    public void Numbers_on_from_the_highest_id()
    {
        _builder.Add([5f, 6, 7, 8]);
        _builder.Add([1f, 1], [3]);
        _builder.Add([2f, 2]);
        Assert.Throws<ArgumentException>(() => _builder.Add([2f, 2], [12]));
        using var index = _builder.Build();
        Assert.Equal([5L, 9, 10, 11, 3, 12], Enumerable.Range(0, 6).Select(row => index.Id(row)));
        Assert.Equal(["a", "b", null, null, null, null], Enumerable.Range(0, 6).Select(row => index.Label(row)));
    }

    [Fact]
    public void Is_done_after_building()
    {
        using var index = _builder.Build();
        Assert.Throws<ObjectDisposedException>(() => _builder.Add([1f, 2]));
        Assert.Throws<ObjectDisposedException>(() => _builder.Build());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1 << 20) + 1)]
    public void Refuses_a_dimension_out_of_range(int dimension) =>
        Assert.Throws<ArgumentException>(() => new FlatIndexBuilder(_device, dimension));
}
