using System.Globalization;

namespace Retrieval.Evaluation;

/// <summary>How a figure came about: a number is not printed without it.</summary>
/// <param name="Name">The benchmark's protocol, such as "revisited Oxford" or "leave one out".</param>
/// <param name="Dataset">The images it ran on.</param>
public sealed record Protocol(string Name, string Dataset)
{
    /// <summary>Which of the protocol's variants, such as "medium", or null when it has one only.</summary>
    public string? Variant { get; init; }

    /// <summary>What describes an image, such as "ResNet-50 GeM"; null leaves it out.</summary>
    public string? Descriptor { get; init; }

    /// <summary>Length of a descriptor.</summary>
    public int Dimension { get; init; }

    /// <summary>Factors at which each image was described.</summary>
    public IReadOnlyList<double> Scales { get; init; } = [1];

    /// <summary>Name of the whitening, null for none.</summary>
    public string? Whitening { get; init; }

    /// <summary>One line, such as "revisited Oxford, medium; oxford5k; ResNet-50 GeM; 512-d; scales 1, 0.7071, 0.5; whitening Lw".</summary>
    public override string ToString()
    {
        List<string> parts = [Variant is null ? Name : $"{Name}, {Variant}", Dataset];
        if (Descriptor is not null)
            parts.Add(Descriptor);
        parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Dimension}-d"));
        var scales = string.Join(", ", Scales.Select(scale => scale.ToString("0.####", CultureInfo.InvariantCulture)));
        parts.Add($"{(Scales.Count == 1 ? "scale" : "scales")} {scales}");
        parts.Add(Whitening is null ? "no whitening" : $"whitening {Whitening}");
        return string.Join("; ", parts);
    }
}
