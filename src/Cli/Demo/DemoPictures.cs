using System.Globalization;
using System.Text;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Report;
using Retrieval.Evaluation;
using Retrieval.Imaging;
using Retrieval.Imaging.Drawing;
using Retrieval.Imaging.Resampling;

namespace Retrieval.Cli.Demo;

/// <summary>The report's pictures: ranked lists with right and wrong framed, and activation maps over their images.</summary>
internal static class DemoPictures
{
    private const int MapSide = 192;

    /// <summary>Shown queries: spread over all of them.</summary>
    public static int[] Queries(Benchmark benchmark) =>
        [.. Enumerable.Range(0, Math.Min(DemoOptions.ShownQueries, benchmark.Queries.Length)).Select(i => i * benchmark.Queries.Length / DemoOptions.ShownQueries).Distinct()];

    /// <summary>A line of images for each query.</summary>
    public static string RankedLists(Benchmark benchmark, DemoNetwork network)
    {
        var html = new StringBuilder();
        // Medium, where there are three variants; leave-one-out has one.
        var truth = benchmark.Variants[benchmark.Variants.Count / 2].Truth;
        foreach (var (query, results) in network.Ranked)
        {
            html.Append("<div class=\"list\">").Append(Figure(benchmark, benchmark.Queries[query], "query", "query"));
            foreach (var (row, score) in results)
            {
                var kind = truth.Judge(query, row) switch { Relevance.Positive => "right", Relevance.Junk => "junk", _ => "wrong" };
                if (benchmark.Database[row] != benchmark.Queries[query])
                    html.Append(Figure(benchmark, benchmark.Database[row], kind, score.ToString("0.000", CultureInfo.InvariantCulture)));
            }
            html.AppendLine("</div>");
        }
        return html.ToString();
    }

    /// <summary>Each shown query beside its activation map.</summary>
    public static string Maps(Benchmark benchmark, DemoNetwork network)
    {
        var html = new StringBuilder("<div class=\"row\">");
        foreach (var (query, map) in network.Maps)
        {
            var image = benchmark.Images.Load(benchmark.Queries[query]);
            var large = image.ResizeLong(MapSide);
            html.Append(CultureInfo.InvariantCulture, $"<figure><img style=\"width:{MapSide}px;height:auto\" alt=\"activation map\" src=\"{ImageEncoder.ToDataUri(HeatMap.Overlay(large, map.Values, map.Height, map.Width))}\"></figure>");
        }
        return html.Append("</div>").ToString();
    }

    private static string Figure(Benchmark benchmark, int image, string kind, string caption)
    {
        var picture = benchmark.Images.Load(image);
        var name = HtmlPage.Escape(benchmark.Images.Name(image));
        return $"<figure class=\"{kind}\"><img alt=\"{kind}\" title=\"{name}\" src=\"{ImageEncoder.ToDataUri(picture)}\"><figcaption>{HtmlPage.Escape(caption)}</figcaption></figure>";
    }
}
