using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// AlexNet in torchvision's form, without its last max pooling and its classifier: five convolutions, of which each is a stage, and 3 x 3 / 2 max pooling
/// behind the first two. Parameter names are positions in the list of layers, <c>features.0.weight</c>.
/// </summary>
/// <param name="Name">Name for people and files.</param>
/// <param name="BaseWidth">Channels of the first convolution, 64 in the published network; the others have 3, 6, 4 and 4 times as many.</param>
/// <param name="LastRelu">Whether the last convolution's ReLU belongs to the map: NetVLAD aggregates what comes before it.</param>
public sealed record AlexNetDescription(string Name, int BaseWidth = 64, bool LastRelu = true) : BackboneDescription(Name)
{
    /// <summary>Names of the published networks.</summary>
    public static new IEnumerable<string> Names { get; } = ["alexnet"];

    /// <inheritdoc/>
    public override int OutputChannels => BaseWidth * 4;

    /// <inheritdoc/>
    public override string Layout => $"width {BaseWidth}, last ReLU {LastRelu}";

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
        return new Backbone(parameters, this, Stages(parameters));
    }

    internal static AlexNetDescription Named(string name, BackboneOptions options) => new(name, options.WithoutStride().Width, !options.Linear);

    private IEnumerable<ILayer[]> Stages(ParameterSet parameters)
    {
        var pool = ConvolutionGeometry.Square(3, 2);
        ConvRelu Convolution(int position, int inputs, int outputs, int kernel, int stride, int padding, bool relu = true) =>
            new(parameters, $"features.{position}", inputs, outputs, ConvolutionGeometry.Square(kernel, stride, padding), relu);

        yield return [Convolution(0, 3, BaseWidth, 11, 4, 2), new MaxPoolLayer(pool)];
        yield return [Convolution(3, BaseWidth, BaseWidth * 3, 5, 1, 2), new MaxPoolLayer(pool)];
        yield return [Convolution(6, BaseWidth * 3, BaseWidth * 6, 3, 1, 1)];
        yield return [Convolution(8, BaseWidth * 6, BaseWidth * 4, 3, 1, 1)];
        yield return [Convolution(10, BaseWidth * 4, BaseWidth * 4, 3, 1, 1, LastRelu)];
    }
}
