using System.CommandLine;
using Retrieval.Cli.Jobs;
using Retrieval.Cli.Output;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Cli.Commands;

/// <summary>Plain backbone weights with torchvision's names to a model file, and a model file's parameters back to plain weights.</summary>
internal sealed class ConvertCommand : Verb
{
    private readonly Option<string> _from = new("--from") { Description = "Weights in .safetensors with the names of torchvision or of the papers' codes, or with --to-weights a model file", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The file to write", Required = true };
    private readonly Option<bool> _toWeights = new("--to-weights") { Description = "Write a model's parameters as plain weights" };
    private readonly NetworkArguments _network = new();

    public ConvertCommand() : base("convert", "Convert plain weights to a model file, or back")
    {
        foreach (var option in (IEnumerable<Option>)[_from, _out, _toWeights, .. _network.Description])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        using var device = session.OpenDevice();
        string input = session.Value(_from)!, output = session.Value(_out)!;
        using var model = session.Value(_toWeights) ? ModelFile.Load(input, device) : _network.Create(session, device, input);
        if (session.Value(_toWeights))
            WriteWeights(session, model, output);
        else
            ModelFile.Save(model, output);
        var description = model.Network.Description;
        session.Figures.PrintUpright(new FigureTable("convert", "", new("file", "file"), new("architecture", "architecture"), new("parameters", "parameters"), new("dimension", "dimension"))
            .Add(output, description.Backbone.Name, model.Network.Parameters.Count, description.Dimension));
        return ExitCode.Done;
    }

    private static void WriteWeights(Session session, RetrievalModel model, string output)
    {
        var writer = new SafetensorsWriter();
        WeightLoader.Store(model.Network.Parameters, writer);
        writer.Save(output);
        if (model.Whitening is not null)
            session.Progress.Note("the whitening is not among plain weights: it was left out");
    }
}
