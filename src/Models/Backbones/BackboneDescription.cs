using System.Text.Json.Serialization;

namespace Retrieval.Models.Backbones;

/// <summary>All that makes one backbone differ from another.</summary>
/// <param name="Name">Name for people and files.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ResNetDescription), "resnet")]
[JsonDerivedType(typeof(VggDescription), "vgg")]
[JsonDerivedType(typeof(AlexNetDescription), "alexnet")]
public abstract record BackboneDescription(string Name)
{
    /// <summary>Stages that every backbone here has: five resolutions.</summary>
    public const int StageCount = 5;

    /// <summary>Names that <see cref="Parse"/> knows.</summary>
    public static IEnumerable<string> Names => [.. AlexNetDescription.Names, .. VggDescription.Names, .. ResNetDescription.Names];

    /// <summary>Channels of the activation map.</summary>
    [JsonIgnore]
    public abstract int OutputChannels { get; }

    /// <summary>Everything but the name, in words: two networks of one name and layout have the same parameters and compute the same.</summary>
    [JsonIgnore]
    public abstract string Layout { get; }

    /// <summary>How many of the first stages, 0 to 5, are not trained: no gradient, no moving statistics.</summary>
    public int FrozenStages { get; init; }

    /// <summary>
    /// Finds a published network by name: <c>resnet18</c>, <c>vgg16_bn</c>. Behind it may stand <c>-w16</c> (its first stage has 16 channels in
    /// place of 64, the others fewer in proportion) and what its family knows: <c>-s1</c> (stride of a residual network's last stage), <c>-conv5</c> (VGG-16 and AlexNet end
    /// before their last ReLU).
    /// </summary>
    /// <exception cref="ArgumentException">No such network; the message names the known ones.</exception>
    public static BackboneDescription Parse(string name)
    {
        var known = Names.Where(known => name == known || name.StartsWith(known + "-", StringComparison.Ordinal)).MaxBy(known => known.Length);
        if (known is null)
            throw new ArgumentException($"architecture: expected one of {string.Join(", ", Names)}, optionally with -w<width 1..1024>, -s1 or -conv5 behind it, got '{name}'");
        var options = BackboneOptions.Parse(name, name[known.Length..]);
        return VggDescription.Names.Contains(known) ? VggDescription.Named(name, known, options)
            : AlexNetDescription.Names.Contains(known) ? AlexNetDescription.Named(name, options)
            : ResNetDescription.Named(name, known, options);
    }

    /// <summary>Makes the network's parameters, all zero but scales and variances, and the network that computes with them.</summary>
    public abstract IBackbone Create(ParameterSet parameters);

    /// <summary>Checks every field.</summary>
    /// <exception cref="ArgumentException">A field is out of range.</exception>
    public virtual void Validate()
    {
        if (FrozenStages is < 0 or > StageCount)
            throw new ArgumentException($"frozen stages: expected 0 to {StageCount}, got {FrozenStages}");
    }

    /// <summary>Checks the channels of the first stage.</summary>
    protected static void ValidateWidth(int width)
    {
        if (width is < 1 or > BackboneOptions.MostWidth)
            throw new ArgumentException($"base width: expected 1 to {BackboneOptions.MostWidth}, got {width}");
    }
}
