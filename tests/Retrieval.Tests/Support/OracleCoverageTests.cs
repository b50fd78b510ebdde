using System.Reflection;
using Xunit;

namespace Retrieval.Tests.Support;

public sealed class OracleCoverageTests
{
    /// <summary>Operations of systems that this program does not have yet.</summary>
    private static readonly string[] NotYet = [];

    /// <summary>A reference case whose operation no test runs would pass unseen.</summary>
    [Fact]
    public void Every_reference_case_is_run_or_known_to_be_missing()
    {
        var run = typeof(OracleCoverageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<OracleDataAttribute>()).SelectMany(attribute => attribute.Operations).ToHashSet();
        Assert.NotEmpty(OracleDataAttribute.Cases);
        Assert.All(OracleDataAttribute.Cases, item => Assert.True(run.Contains(item.Op) || NotYet.Contains(item.Op), $"{item.Path}: no test runs '{item.Op}'"));
        Assert.Empty(NotYet.Intersect(run));
    }
}
