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
        Description = "<longest side>, <width>x<height>, or <shortest side>/<central crop>",
        DefaultValueFactory = _ => size,
    };

    public IEnumerable<Option> All => [_size, _scales, _batch];

    public ImageSizing Sizing(Session session) => Session.Checked(() => ImageSizing.Parse(session.Value(_size)!));

    public ExtractionOptions Options(Session session) => Session.Checked(() =>
    {
        var options = new ExtractionOptions(session.Value(_batch), session.Threads) { Scales = RetrievalModel.ParseScales(session.Value(_scales)!) };
        options.Validate();
        return options;
    });
}
