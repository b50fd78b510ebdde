namespace Retrieval.Cli.Reproduce;

/// <summary>A mean over runs and its 95 % interval by Student's t.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="HalfWidth">Half the interval's width; not a number for a single run.</param>
internal readonly record struct MeanInterval(double Mean, double HalfWidth)
{
    /// <summary>Runs for which there is a quantile.</summary>
    public const int MostRuns = 20;

    /// <summary>97.5 % quantiles of Student's t for 1 to 19 degrees of freedom.</summary>
    private static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
    ];

    /// <summary>Of one value a run, at most <see cref="MostRuns"/>.</summary>
    public static MeanInterval Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        if (values.Count < 2)
            return new MeanInterval(mean, double.NaN);
        var variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return new MeanInterval(mean, Quantiles[values.Count - 2] * Math.Sqrt(variance / values.Count));
    }

    /// <summary>What it says of a claim that holds above zero: <c>held</c> where the whole interval lies there, <c>in the mean</c> where only the mean does, else <c>not held</c>.</summary>
    public string Verdict => !(Mean > 0) ? "not held" : Mean - HalfWidth > 0 ? "held" : "in the mean";
}
