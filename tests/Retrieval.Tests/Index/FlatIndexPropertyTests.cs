using FsCheck;
using FsCheck.Fluent;
using Retrieval.Host;
using Retrieval.Tests.Host;
using Retrieval.Tests.Support;

namespace Retrieval.Tests.Index;

/// <summary>Search equals a float64 scan on descriptors of small integers, where most scores are ties.</summary>
[Unwatched]
public sealed class FlatIndexPropertyTests : OperatorTests
{
    [DeviceTheory]
    public void Search_equals_a_scan(DeviceName on)
    {
        Open(on);
        var cases =
            from count in Gen.Choose(0, 400)
            from dimension in Gen.Choose(1, 40)
            from k in Gen.Choose(1, 60)
            from metric in Gen.Elements(Enum.GetValues<SearchMetric>())
            from seed in Gen.Choose(0, int.MaxValue)
            select (count, dimension, k, metric, seed);
        var property = Prop.ForAll(Arb.From(cases), item =>
        {
            var descriptors = Fixture.SmallIntegers(item.seed, item.count, item.dimension, limit: 1);
            var query = Fixture.SmallIntegers(item.seed ^ 1, 1, item.dimension, limit: 1);
            var ids = Fixture.ShuffledIds(item.seed, item.count);
            using var index = Fixture.Build(Device, descriptors, item.dimension, item.metric, ids);
            var expected = Fixture.Scan(descriptors, query, item.k, item.metric, ids);
            var found = index.Search(query, item.k);
            return expected.Ids.SequenceEqual(found.Ids.ToArray()) && expected.Scores.Select(score => (float)score).SequenceEqual(found.Scores.ToArray());
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261, 7).WithQuietOnSuccess(true), property);
    }
}
