using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Index;

/// <summary>Query expansion and database augmentation against the reference cases.</summary>
public sealed class ExpansionOracleTests : OperatorTests
{
    [DeviceTheory]
    [OracleData("qe", "dba", "dba_qe")]
    public void Expands_as_the_reference_does(DeviceName on, string path)
    {
        Open(on);
        var oracle = OracleCase.Load(path);
        var (neighbours, alpha) = (oracle.Integer("neighbours"), oracle.Number("alpha"));
        Assert.Equal(1.0, oracle.Number("own_weight"));
        using var original = Fixture.Build(Device, oracle.Floats("in.database"), oracle.Shape("in.database")[1]);
        var queries = oracle.Floats("in.query");
        using var augmented = oracle.Op == "qe" ? null : DatabaseAugmentation.Augment(original, neighbours, alpha);
        if (augmented is not null)
            oracle.Check("out.database", Descriptors(augmented));
        var index = augmented ?? original;
        if (oracle.Op != "dba")
        {
            oracle.CheckEqual("out.neighbours", index.Search(queries, neighbours).Ids.ToArray().Select(id => (int)id));
            queries = QueryExpansion.Expand(index, queries, neighbours, alpha);
            oracle.Check("out.query", queries);
        }
        var ranking = index.Search(queries, (int)index.Count);
        oracle.CheckEqual("out.order", ranking.Ids.ToArray().Select(id => (int)id));
        oracle.Check("out.scores", InDatabaseOrder(ranking));
    }

    [Fact]
    public void A_row_is_not_its_own_neighbour_even_among_copies()
    {
        // Rows 0 to 3 are copies; of each, the others come before row 4. Two neighbours of a copy are two copies: it stays.
        Open(DeviceName.Cpu);
        using var index = Fixture.Build(Device, [1, 0, 1, 0, 1, 0, 1, 0, 0, 1], 2);
        using var augmented = DatabaseAugmentation.Augment(index, 2, 0);
        Assert.Equal([1, 0, 1, 0, 1, 0, 1, 0], Descriptors(augmented).Take(8));
        var last = Descriptors(augmented)[8..];
        Assert.Equal(2 / Math.Sqrt(5), last[0], 6);
        Assert.Equal(1 / Math.Sqrt(5), last[1], 6);
    }

    [Fact]
    public void Augmentation_keeps_ids_labels_and_paths()
    {
        Open(DeviceName.Cpu);
        using var builder = new FlatIndexBuilder(Device, 2);
        builder.Provenance["model"] = "resnet18";
        builder.Add([1f, 0, 0, 1, 0.6f, 0.8f], [30, 10, 20], ["a", null, "b"], ["a.jpg", "b.jpg", null]);
        using var index = builder.Build();
        using var augmented = DatabaseAugmentation.Augment(index, 5, 3);
        for (var row = 0; row < 3; row++)
            Assert.Equal((index.Id(row), index.Label(row), index.Path(row)), (augmented.Id(row), augmented.Label(row), augmented.Path(row)));
        Assert.Equal("resnet18", augmented.Provenance["model"]);
        Assert.Equal("5 neighbours, alpha 3", augmented.Provenance["augmentation"]);
    }

    [Fact]
    public void Refuses_bad_settings()
    {
        Open(DeviceName.Cpu);
        using var index = Fixture.Build(Device, [1, 0, 0, 1], 2);
        Assert.Throws<ArgumentException>(() => QueryExpansion.Expand(index, [1, 0], 0, 3));
        Assert.Throws<ArgumentException>(() => QueryExpansion.Expand(index, [1, 0], 2, double.NaN));
        Assert.Throws<ArgumentException>(() => DatabaseAugmentation.Augment(index, 2, -1));
    }

    private static float[] Descriptors(FlatIndex index)
    {
        var values = new float[index.Count * index.Dimension];
        for (var row = 0; row < index.Count; row++)
            index.CopyDescriptor(row, values.AsSpan(row * index.Dimension));
        return values;
    }

    private static float[] InDatabaseOrder(SearchResult ranking)
    {
        var scores = new float[ranking.QueryCount * ranking.ResultCount];
        for (var query = 0; query < ranking.QueryCount; query++)
            for (var i = 0; i < ranking.ResultCount; i++)
                scores[(query * ranking.ResultCount) + (int)ranking.IdsOf(query)[i]] = ranking.ScoresOf(query)[i];
        return scores;
    }
}
