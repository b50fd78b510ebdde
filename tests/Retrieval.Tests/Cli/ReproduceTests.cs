using Retrieval.Cli.Reproduce;
using Xunit;

namespace Retrieval.Tests.Cli;

/// <summary>The papers' claims, rehearsed: every study trains all its networks for an epoch.</summary>
public sealed class ReproduceTests
{
    [Theory]
    [InlineData("gem", 5)]
    [InlineData("wgem", 2)]
    [InlineData("netvlad", 2)]
    [InlineData("ctl", 4)]
    [InlineData("multigrain", 6)]
    public void A_study_measures_all_that_its_claims_name(string system, int claims)
    {
        var run = RetrievalProcess.Run("reproduce", system, "--rehearse", "--runs", "1", "--threads", "1", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(claims, run.JsonLines.Length);
        foreach (var row in run.JsonLines)
        {
            Assert.Equal(system, row.GetProperty("system").GetString());
            Assert.Equal("world", row.GetProperty("data").GetString());
            double first = row.GetProperty("better").GetDouble(), second = row.GetProperty("worse").GetDouble(), difference = row.GetProperty("difference").GetDouble();
            Assert.True(double.IsFinite(first) && first >= 0, $"{row}");
            Assert.Equal(Math.Abs(first - second), Math.Abs(difference), 9);
            Assert.Equal(difference > 0, row.GetProperty("verdict").GetString() != "not held");
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        string[] arguments = ["reproduce", "wgem", "--rehearse", "--runs", "1", "--threads", "1", "--seed", "5", "--json"];
        Assert.Equal(RetrievalProcess.Run(arguments).Output, RetrievalProcess.Run(arguments).Output);
    }

    [Fact]
    public void An_unknown_system_is_told_in_one_line()
    {
        var run = RetrievalProcess.Run("reproduce", "vgg");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("error: system: expected one of gem, wgem, netvlad, ctl, multigrain, got 'vgg'", Assert.Single(run.ErrorLines));
    }

    [Theory]
    [InlineData(new[] { 1.0, 2.0, 3.0 }, 2.0, 2.4843)] // 4.303 / sqrt(3)
    [InlineData(new[] { 4.0, 4.0 }, 4.0, 0.0)]
    [InlineData(new[] { 0.0, 1.0 }, 0.5, 6.353)] // 12.706 x 0.7071 / sqrt(2)
    public void An_interval_is_Students(double[] values, double mean, double halfWidth)
    {
        var interval = MeanInterval.Of(values);
        Assert.Equal(mean, interval.Mean, 12);
        Assert.Equal(halfWidth, interval.HalfWidth, 3);
    }

    [Theory]
    [InlineData(new[] { 0.5, 2.5, 1.0 }, "in the mean")]
    [InlineData(new[] { 1.0, 1.1, 1.2 }, "held")]
    [InlineData(new[] { 1.0 }, "in the mean")]
    [InlineData(new[] { -1.0, 0.5 }, "not held")]
    [InlineData(new[] { double.NaN, 0.5 }, "not held")]
    public void A_verdict_asks_for_the_whole_interval(double[] differences, string verdict) => Assert.Equal(verdict, MeanInterval.Of(differences).Verdict);

    [Fact]
    public void Where_lower_is_better_the_difference_turns()
    {
        var runs = new[] { 3.0, 4.0 }.Select(time => (IReadOnlyDictionary<string, double>)new Dictionary<string, double> { ["a"] = time, ["b"] = 5 }).ToArray();
        Assert.Equal(1.5, new Claim("", "a", "b", LowerIsBetter: true).Difference(runs).Mean);
        Assert.Equal(-1.5, new Claim("", "a", "b").Difference(runs).Mean);
    }
}
