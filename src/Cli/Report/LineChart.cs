using System.Globalization;
using System.Text;

namespace Retrieval.Cli.Report;

/// <summary>Lines over a common axis as inline SVG, from zero up.</summary>
internal sealed class LineChart(string title, string horizontal, IReadOnlyList<LineSeries> series)
{
    private const int Width = 540, Height = 300, Left = 48, Right = 14, Top = 34, Bottom = 40;
    private const int TickCount = 5;

    private static readonly string[] Colours = ["#3567b8", "#d9822b", "#2a9d5c", "#a23bb0", "#777777"];

    private readonly double _maximumX = Math.Max(1, series.SelectMany(line => line.Points).Select(point => point.X).DefaultIfEmpty(1).Max());
    private readonly double _maximumY = Nice(series.SelectMany(line => line.Points).Select(point => point.Y).Where(double.IsFinite).DefaultIfEmpty(1).Max());

    /// <summary>The chart's SVG.</summary>
    public string Draw()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg width=\"{Width}\" height=\"{Height}\" role=\"img\" aria-label=\"{HtmlPage.Escape(title)}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"20\" style=\"font-weight:600\">{HtmlPage.Escape(title)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width - Right}\" y=\"{Height - 8}\" text-anchor=\"end\">{HtmlPage.Escape(horizontal)}</text>");
        for (var tick = 0; tick <= TickCount; tick++)
        {
            var value = _maximumY * tick / TickCount;
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\" stroke=\"#e3e6ea\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.###}</text>");
        }
        foreach (var x in new[] { 0, _maximumX / 2, _maximumX })
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(x):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{x:0.#}</text>");
        for (var i = 0; i < series.Count; i++)
            DrawSeries(svg, series[i], Colours[i % Colours.Length], i);
        return svg.Append("</svg>").ToString();
    }

    private void DrawSeries(StringBuilder svg, LineSeries line, string colour, int index)
    {
        var points = line.Points.Where(point => double.IsFinite(point.Y)).Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.X):0.#},{Y(point.Y):0.#}"));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{string.Join(' ', points)}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
        var x = Width - Right - 70 * (series.Count - index);
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"11\" width=\"10\" height=\"10\" fill=\"{colour}\"/><text x=\"{x + 14}\" y=\"20\">{HtmlPage.Escape(line.Name)}</text>");
    }

    private double X(double value) => Left + ((Width - Left - Right) * value / _maximumX);

    private double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * value / _maximumY);

    /// <summary>The next round number at or above a value.</summary>
    private static double Nice(double value)
    {
        if (!(value > 0))
            return 1;
        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return new[] { 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10 }.Select(step => step * power).First(step => step >= value * (1 - 1e-9));
    }
}
