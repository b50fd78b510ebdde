using System.CommandLine;
using Retrieval.Models;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>The options of how images are brought to a network, shared by all verbs that describe images.</summary>
internal sealed class ExtractionArguments
{
    private readonly Option<string> _size;
    private readonly Option<string> _scales = new("--scales") { Description = "Factors of the image's size whose descriptors are combined, such as 1,0.7071,0.5", DefaultValueFactory = _ => "1" };
    private readonly Option<int> _batch = NumberOptions.Create("--batch", "Most images in one forward pass", 8, least: 1, most: 4096);

    public ExtractionArguments(string size) => _size = new Option<string>("--size")
    {
        Description = "<longest side>, to<longest side> (enlarged too), <width>x<height>, or <shortest side>/<central crop>",
        DefaultValueFactory = _ => size,
    };

    public IEnumerable<Option> All => [_size, _scales, _batch];

    /// <summary>The size that the user gave; else <paramref name="otherwise"/>; else the verb's own default.</summary>
    public ImageSizing Sizing(Session session, string? otherwise = null) => Session.Checked(() => ImageSizing.Parse(Text(session, _size, otherwise)));

    /// <summary>Batch, threads and the scales that the user gave; else <paramref name="scales"/>; else one.</summary>
    public ExtractionOptions Options(Session session, string? scales = null) => Session.Checked(() =>
    {
        var options = new ExtractionOptions(session.Value(_batch), session.Threads) { Scales = RetrievalModel.ParseScales(Text(session, _scales, scales)) };
        options.Validate();
        return options;
    });

    private static string Text(Session session, Option<string> option, string? otherwise) =>
        otherwise is not null && !session.IsGiven(option) ? otherwise : session.Value(option)!;
}
