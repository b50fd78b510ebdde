using System.Globalization;

namespace Retrieval.Cli.Output;

/// <summary>How rates and durations are written.</summary>
internal static class ProgressText
{
    /// <summary>Units per second with three figures, such as "12.3 images/s".</summary>
    public static string Rate(double perSecond, string unit) =>
        $"{perSecond.ToString(perSecond < 10 ? "0.00" : perSecond < 100 ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}/s";

    /// <summary>Such as "8.4 s", "3:07" or "1:02:45".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalSeconds: < 60 } => time.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        { TotalHours: < 1 } => time.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        _ => ((int)time.TotalHours).ToString(CultureInfo.InvariantCulture) + time.ToString(@"\:mm\:ss", CultureInfo.InvariantCulture),
    };
}
