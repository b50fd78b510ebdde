using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Profiling;

/// <summary>Extraction, as <c>extract</c> does it, of random images or of files, which are decoded beside it.</summary>
internal sealed class ExtractProfile : ProfiledVerb
{
    /// <summary>As many are grouped by size together.</summary>
    private const int BatchesTogether = 4;

    private readonly Option<string?> _model = new("--model") { Description = "The model; if not given, a network as described, with weights drawn from the seed" };
    private readonly Option<string?> _data = new("--data") { Description = DataReader.ImagesDescription + "; random images if not given" };
    private readonly Option<int> _count = NumberOptions.Create("--images", "Images a step; 0 for four batches", 0, least: 0, most: 1_000_000);
    private readonly NetworkArguments _network = new();
    private readonly ExtractionArguments _extraction = new("224x224");

    public ExtractProfile() : base("extract", "Profile the extraction of descriptors from images") =>
        Declare([_model, _data, _count, .. _network.All, .. _extraction.All]);

    protected override IProfiledWork Prepare(Session session, Device device)
    {
        var (sizing, options) = (_extraction.Sizing(session), _extraction.Options(session));
        var source = session.Value(_data) is { } path ? new FileImageSource([.. DataReader.Images(path).Items.Select(item => item.Path)], sizing) : null;
        var model = session.Value(_model) is { } file ? ModelFile.Load(file, device) : _network.Create(session, device);
        try
        {
            var count = session.Value(_count) is > 0 and var given ? given : options.BatchSize * BatchesTogether;
            var images = (IImageSource?)source ?? new MemoryImageSource(RandomImages.Draw(session.Seed, count, sizing));
            return new Work(model, new DescriptorExtractor(model, options), images, count, $"{sizing}");
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private sealed class Work(RetrievalModel model, DescriptorExtractor extractor, IImageSource images, int count, string size) : IProfiledWork
    {
        private int _next;

        public string Description => $"{model.Network.Description.Backbone.Name}, {count} images of {size}";

        public string Unit => "images";

        public int UnitsPerStep => count;

        /// <summary>Describes the next images, and begins anew where they end.</summary>
        public void Step(CancellationToken cancellation)
        {
            int[] indices = [.. Enumerable.Range(_next, count).Select(index => index % images.Count)];
            _next = (_next + count) % images.Count;
            extractor.Extract(images, indices, (_, _) => { }, cancellation: cancellation);
        }

        public void Dispose()
        {
            extractor.Dispose();
            model.Dispose();
        }
    }
}
