using System.Globalization;
using System.Text;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Report;

namespace Retrieval.Cli.Demo;

/// <summary>The demo's result as one HTML file that needs nothing beside it: figures, curves, ranked lists, activation maps.</summary>
internal sealed class DemoReport(TrialData data, DemoStage baseline, IReadOnlyList<DemoNetwork> networks, TimeSpan elapsed, int seed)
{
    /// <summary>Writes the file.</summary>
    public void Write(string path)
    {
        var page = new HtmlPage("Retrieval demo");
        page.Paragraph($"{data.Description}. Three networks ({DemoOptions.Architecture}) were trained from scratch, one for each pooling, in {elapsed.TotalSeconds:0} s; seed {seed}. " +
            "No landmark or class of the test was trained on.");
        page.Heading("Mean average precision");
        page.Raw(FigureTable());
        page.Paragraph($"Protocol: {networks[0].Stages[0].Figures[^1].Protocol with { Descriptor = null, Variant = null }}. PCA and Lw were learnt on the training images and keep {DemoOptions.WhitenedDimensions} dimensions; " +
            $"aQE: {DemoOptions.ExpansionNeighbours} neighbours, alpha {DemoOptions.ExpansionAlpha}. All figures in percent, as measured in this run.");
        page.Heading("Training");
        page.Raw("<div class=\"row\">");
        page.Raw(new LineChart("Loss of a tuple", "epoch", [.. networks.Select(network => new LineSeries(network.Pooling, [.. network.History.Select(epoch => (epoch.Epoch + 1.0, epoch.Loss))]))]).Draw());
        page.Raw(new LineChart("mAP on the test set [%]", "epochs trained", [.. networks.Select(network => new LineSeries(network.Pooling, [.. network.Curve.Select(point => ((double)point.Epochs, point.Map))]))]).Draw());
        page.Raw("</div>");
        page.Heading("What the queries found");
        page.Paragraph($"The query, then the first results of the {networks[^1].Pooling} network with Lw. Green: right. Red: wrong. Grey: ignored by the protocol.");
        page.Raw(DemoPictures.RankedLists(data.Test, networks[^1]));
        page.Heading("Where the network looks");
        page.Paragraph("Each query and its activation map: the norm of the trained network's activations over the channels.");
        page.Raw(DemoPictures.Maps(data.Test, networks[^1]));
        page.Save(path);
    }

    private string FigureTable()
    {
        var html = new StringBuilder("<table><thead><tr><th>descriptor</th>");
        foreach (var stage in networks[0].Stages)
            html.Append(CultureInfo.InvariantCulture, $"<th>{HtmlPage.Escape(stage.Name)}</th>");
        html.Append("<th>learnt p</th></tr></thead><tbody>");
        html.Append(CultureInfo.InvariantCulture, $"<tr><td>colour histogram</td><td>{Cell(baseline)}</td>{string.Concat(Enumerable.Repeat("<td></td>", networks[0].Stages.Count - 1))}<td></td></tr>");
        foreach (var network in networks)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr><td>{network.Pooling}</td>");
            foreach (var stage in network.Stages)
                html.Append(CultureInfo.InvariantCulture, $"<td>{Cell(stage)}</td>");
            html.Append(CultureInfo.InvariantCulture, $"<td>{network.Exponent:0.00}</td></tr>");
        }
        return html.Append("</tbody></table>").ToString();
    }

    /// <summary>The main figure, and the other variants small beneath it.</summary>
    private static string Cell(DemoStage stage)
    {
        var main = stage.MeanAveragePrecision.ToString("0.0", CultureInfo.InvariantCulture);
        if (stage.Figures.Count == 1)
            return main;
        var variants = stage.Figures.Select(figures => string.Create(CultureInfo.InvariantCulture, $"{figures.Protocol.Variant} {100 * figures.MeanAveragePrecision:0.0}"));
        return $"{main}<small>{HtmlPage.Escape(string.Join(" · ", variants))}</small>";
    }
}
