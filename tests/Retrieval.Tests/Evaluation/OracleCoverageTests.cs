using System.Reflection;
using Retrieval.Tests.Support;
using Xunit;

namespace Retrieval.Tests.Evaluation;

public sealed class OracleCoverageTests
{
    /// <summary>A reference case of this group with an operation that no test runs would pass unseen.</summary>
    [Fact]
    public void Every_evaluation_case_is_run()
    {
        var run = new[] { typeof(LandmarkOracleTests), typeof(ReidentificationOracleTests), typeof(CopyOracleTests) }
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<OracleDataAttribute>())
            .SelectMany(attribute => attribute.Operations)
            .ToHashSet();
        var cases = OracleDataAttribute.Cases.Where(item => OracleCase.Load(item.Path).Text("group") == "evaluation").ToArray();
        Assert.NotEmpty(cases);
        Assert.All(cases, item => Assert.Contains(item.Op, run));
    }
}
