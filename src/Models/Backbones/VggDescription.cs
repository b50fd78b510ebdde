using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// VGG-16 without its last max pooling and its classifier: thirteen 3 x 3 convolutions in five stages, 2 x 2 / 2 max pooling between them. Parameter
/// names are torchvision's: positions in the list of layers, <c>features.0.weight</c>. With batch normalisation the convolutions' biases, which only move
/// its means, are taken into these.
/// </summary>
/// <param name="Name">Name for people and files.</param>
/// <param name="BatchNorm">Whether a batch normalisation stands behind each convolution.</param>
/// <param name="BaseWidth">Channels of the first stage, 64 in the published networks; the others have 2, 4, 8 and 8 times as many.</param>
/// <param name="LastRelu">Whether the last convolution's ReLU belongs to the map: NetVLAD aggregates what comes before it.</param>
public sealed record VggDescription(string Name, bool BatchNorm = false, int BaseWidth = 64, bool LastRelu = true) : BackboneDescription(Name)
{
    private static readonly (int Convolutions, int Width)[] Stages = [(2, 1), (2, 2), (3, 4), (3, 8), (3, 8)];

    /// <summary>Names of the published networks.</summary>
    public static new IEnumerable<string> Names { get; } = ["vgg16", "vgg16_bn"];

    /// <inheritdoc/>
    public override int OutputChannels => BaseWidth * Stages[^1].Width;

    /// <inheritdoc/>
    public override string Layout => $"width {BaseWidth}, batch norm {BatchNorm}, last ReLU {LastRelu}";

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ValidateWidth(BaseWidth);
    }

    /// <inheritdoc/>
    public override IBackbone Create(ParameterSet parameters)
    {
        Validate();
        return new Backbone(parameters, this, MakeStages(parameters));
    }

    internal static VggDescription Named(string name, string published, BackboneOptions options) =>
        new(name, published == "vgg16_bn", options.WithoutStride().Width, !options.Linear);

    private IEnumerable<ILayer[]> MakeStages(ParameterSet parameters)
    {
        int position = 0, channels = 3;
        for (var stage = 0; stage < Stages.Length; stage++)
        {
            var layers = new List<ILayer>();
            var (count, width) = (Stages[stage].Convolutions, BaseWidth * Stages[stage].Width);
            for (var i = 0; i < count; i++)
            {
                layers.Add(Convolution(parameters, position, channels, width, LastRelu || stage < Stages.Length - 1 || i < count - 1));
                position += BatchNorm ? 3 : 2;
                channels = width;
            }
            if (stage < Stages.Length - 1)
            {
                layers.Add(new MaxPoolLayer(ConvolutionGeometry.Square(2, 2)));
                position++;
            }
            yield return [.. layers];
        }
    }

    private ILayer Convolution(ParameterSet parameters, int position, int inputs, int outputs, bool relu)
    {
        var window = ConvolutionGeometry.Square(3, 1, 1);
        return BatchNorm
            ? new ConvNorm(parameters, $"features.{position}", $"features.{position + 1}", inputs, outputs, window, relu, hasBias: true)
            : new ConvRelu(parameters, $"features.{position}", inputs, outputs, window, relu);
    }
}
