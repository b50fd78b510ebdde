using System.CommandLine;
using Retrieval.Host;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Cli.Jobs;

/// <summary>The options of describing a set of images with a model.</summary>
internal sealed class ExtractionJobArguments
{
    private readonly Option<bool> _noWhitening = new("--no-whitening") { Description = "Leave the model's whitening out" };
    private readonly Option<bool> _restart = new("--restart") { Description = "Begin anew where an earlier run was interrupted" };
    private readonly ExtractionArguments _extraction = new("224x224");

    /// <param name="required">Whether the verb cannot do without model and images.</param>
    public ExtractionJobArguments(bool required)
    {
        Model = new Option<string?>("--model") { Description = "The model file", Required = required };
        Data = new Option<string?>("--data") { Description = DataReader.ImagesDescription, Required = required };
    }

    public Option<string?> Model { get; }

    public Option<string?> Data { get; }

    public IEnumerable<Option> All => [Model, Data, _noWhitening, _restart, .. _extraction.All];

    /// <summary>Prepares the job; model and images must be given.</summary>
    /// <param name="session">The user's values.</param>
    /// <param name="device">Where the network runs.</param>
    /// <param name="output">The file that the descriptors are for.</param>
    /// <param name="normalize">Whether descriptors come out of unit length.</param>
    public ExtractionJob Open(Session session, Device device, string output, bool normalize = true)
    {
        string modelPath = session.Value(Model)!, dataPath = session.Value(Data)!;
        var sizing = _extraction.Sizing(session);
        var options = _extraction.Options(session) with { Whiten = !session.Value(_noWhitening), Normalize = normalize };
        var data = DataReader.Images(dataPath);
        var model = ModelFile.Load(modelPath, device);
        try
        {
            var provenance = DescriptorProvenance.Of(modelPath, model, sizing, options, data);
            return new ExtractionJob(session, model, data, sizing, options, provenance, output, session.Value(_restart));
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
