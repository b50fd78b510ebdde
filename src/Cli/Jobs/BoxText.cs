using System.Globalization;
using Retrieval.Datasets;

namespace Retrieval.Cli.Jobs;

/// <summary>A region of interest as the command line writes it: <c>x1,y1,x2,y2</c> in pixels.</summary>
internal static class BoxText
{
    /// <exception cref="ArgumentException">Not four numbers with x1 below x2 and y1 below y2.</exception>
    public static QueryBox Parse(string text)
    {
        var numbers = text.Split(',').Select(word => float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : float.NaN).ToArray();
        return numbers is [var left, var top, var right, var bottom] && left < right && top < bottom && numbers.All(float.IsFinite)
            ? new QueryBox(left, top, right, bottom)
            : throw new ArgumentException($"box: expected x1,y1,x2,y2 in pixels with x1 below x2 and y1 below y2, got '{text}'");
    }
}
