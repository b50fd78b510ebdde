using System.Globalization;
using System.Security.Cryptography;
using Retrieval.Datasets;
using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.Heads;
using Retrieval.Training.Data;
using Retrieval.Training.Extraction;

namespace Retrieval.Cli.Jobs;

/// <summary>What a file of descriptors says about how they came to be, so that queries can be described in the same way.</summary>
internal static class DescriptorProvenance
{
    public const string Model = "model", Fingerprint = "model fingerprint", Whitening = "whitening", Size = "size", Scales = "scales";

    /// <summary>The whitening's word when none was applied.</summary>
    public const string NoWhitening = "none";

    private const int FingerprintLength = 16;

    /// <summary>Describes an extraction.</summary>
    public static SortedDictionary<string, string> Of(string modelPath, RetrievalModel model, ImageSizing sizing, ExtractionOptions options, ImageDataset data)
    {
        var head = model.Network.Description.Head;
        var provenance = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Model] = Path.GetFileName(modelPath),
            [Fingerprint] = FingerprintOf(modelPath),
            ["backbone"] = model.Network.Description.Backbone.Name,
            ["pooling"] = HeadDescription.Word(head.Pooling) + (head.WhiteningDimensions > 0 ? $" with a layer of {head.WhiteningDimensions} dimensions" : ""),
            [Whitening] = options.Whiten && model.Whitening is { } whitening ? whitening.Source : NoWhitening,
            [Size] = sizing.ToString(),
            [Scales] = string.Join(',', options.Scales.Select(scale => scale.ToString(CultureInfo.InvariantCulture))),
            ["precision"] = model.Device.Precision.Word(),
            ["data"] = data.Name,
        };
        if (!options.Normalize)
            provenance["length"] = "as the network gives it";
        return provenance;
    }

    /// <summary>The beginning of the SHA-256 of a model file: tells models apart that have the same name.</summary>
    public static string FingerprintOf(string modelPath)
    {
        using var file = File.OpenRead(modelPath);
        return Convert.ToHexStringLower(SHA256.HashData(file))[..FingerprintLength];
    }

    /// <summary>The beginning of the SHA-256 of the images' paths and labels.</summary>
    public static string FingerprintOf(ImageDataset data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in data.Items)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{item.Path}\0{item.Label}\0"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..FingerprintLength];
    }
}
