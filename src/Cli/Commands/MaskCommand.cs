using System.CommandLine;
using Retrieval.Cli.Demo;
using Retrieval.Cli.Output;
using Retrieval.Imaging;
using Retrieval.Imaging.Drawing;
using Retrieval.Imaging.Resampling;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Cli.Commands;

/// <summary>Shows how much a model's pooling weighs the parts of a photograph: its mask, in colour over the image.</summary>
internal sealed class MaskCommand : Verb
{
    private readonly Option<string> _model = new("--model") { Description = "A model whose pooling has a mask: wgem, wgemmp, rwgem or crow", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The picture to write, .jpg or .png; with several images a folder", Required = true };
    private readonly Option<int> _size = NumberOptions.Create("--size", "Longest side at which the network sees an image, and of the picture", 1024, least: 32, most: 8192);
    private readonly Option<float> _opacity = NumberOptions.Create("--opacity", "How much the mask covers the image, 0 to 1", 0.5f, least: 0, most: 1);
    private readonly Argument<string[]> _images = new("images") { Description = "Photographs", Arity = ArgumentArity.OneOrMore };

    public MaskCommand() : base("mask", "Show where a model's pooling looks: its mask over a photograph")
    {
        Arguments.Add(_images);
        foreach (var option in (IEnumerable<Option>)[_model, _out, _size, _opacity])
            Options.Add(option);
    }

    public override int Run(Session session)
    {
        var images = session.Value(_images)!;
        var targets = Targets(images, session.Value(_out)!);
        using var device = session.OpenDevice();
        using var model = ModelFile.Load(session.Value(_model)!, device);
        var head = model.Network.Description.Head;
        if (!model.Network.HasMask)
            throw new UsersMistakeException($"{session.Value(_model)}: its pooling is {HeadDescription.Word(head.Pooling)}, which has no mask: expected a model trained with --pool wgem, wgemmp, rwgem or crow");
        var table = new FigureTable("mask", "", new("image", "image"), new("file", "file"), new("rows", "rows"), new("columns", "columns"), new("largest", "largest weight", "0.0000"));
        foreach (var (image, target) in images.Zip(targets))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            var (mask, largest) = Draw(session, model, image, target);
            table.Add(image, target, mask.Height, mask.Width, largest);
        }
        session.Figures.Print(table);
        return ExitCode.Done;
    }

    private (ActivationMap Mask, float Largest) Draw(Session session, RetrievalModel model, string path, string target)
    {
        var size = session.Value(_size);
        var picture = ImageDecoder.Decode(path, DecodeOptions.Default with { ShrinkToLongSide = size });
        if (Math.Max(picture.Width, picture.Height) > size)
            picture = picture.ResizeLong(size);
        var mask = ActivationMap.MaskOf(model, picture);
        ImageEncoder.Save(HeatMap.Overlay(picture, mask.Values, mask.Height, mask.Width, session.Value(_opacity)), target);
        return (mask, mask.Values.Max());
    }

    /// <summary>Where each picture goes.</summary>
    private static string[] Targets(string[] images, string output)
    {
        if (images.Length == 1 && IsPicture(output))
            return [output];
        if (IsPicture(output))
            throw new UsersMistakeException($"--out: expected a folder for {images.Length} images, got the file name '{output}'");
        Directory.CreateDirectory(output);
        var targets = Array.ConvertAll(images, image => Path.Combine(output, Path.GetFileNameWithoutExtension(image) + ".mask.jpg"));
        if (targets.Distinct(StringComparer.OrdinalIgnoreCase).Count() < targets.Length)
            throw new UsersMistakeException("images: two have the same name, and so would their pictures: give them one after another");
        return targets;
    }

    private static bool IsPicture(string path) => Path.GetExtension(path).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png";
}
