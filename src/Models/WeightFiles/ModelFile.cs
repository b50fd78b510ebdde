using System.Text.Json;
using Retrieval.Host;

namespace Retrieval.Models.WeightFiles;

/// <summary>
/// The model file: one safetensors file with the network's parameters under torchvision's names, the whitening as
/// <c>whitening.weight</c> and <c>whitening.bias</c>, a classifier as <c>embedding.classifier.weight</c> and <c>embedding.classifier.bias</c>, and architecture, head, normalisation and provenance as JSON in the metadata, under a checksum of the whole file.
/// </summary>
public static class ModelFile
{
    private const string Format = "retrieval-model";
    private const string Version = "2";
    private const string ClassifierWeights = "embedding.classifier.weight", ClassifierBias = "embedding.classifier.bias";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new System.Text.Json.Serialization.JsonStringEnumConverter() },
    };

    /// <summary>Writes a model atomically.</summary>
    public static void Save(RetrievalModel model, string path)
    {
        var writer = new SafetensorsWriter();
        writer.Metadata["format"] = Format;
        writer.Metadata["version"] = Version;
        writer.Metadata["network"] = JsonSerializer.Serialize(model.Network.Description, Json);
        writer.Metadata["provenance"] = JsonSerializer.Serialize(model.Provenance, Json);
        WeightLoader.Store(model.Network.Parameters, writer);
        if (model.Whitening is { } whitening)
        {
            writer.Metadata["whitening"] = whitening.Source;
            writer.Add<float>("whitening.weight", [whitening.OutputDimension, whitening.InputDimension], whitening.Weights);
            writer.Add<float>("whitening.bias", [whitening.OutputDimension], whitening.Bias);
        }
        if (model.Classifier is { } classifier)
        {
            writer.Metadata["classes"] = JsonSerializer.Serialize(classifier.Classes, Json);
            writer.Add<float>(ClassifierWeights, [classifier.Classes.Count, classifier.InputDimension], classifier.Weights);
            writer.Add<float>(ClassifierBias, [classifier.Classes.Count], classifier.Bias);
        }
        writer.Save(path, checksum: true);
    }

    /// <summary>Whether a weight file is a model file of this program.</summary>
    /// <exception cref="InvalidDataException">It is no weight file at all.</exception>
    public static bool IsAt(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Metadata.GetValueOrDefault("format") == Format;
    }

    /// <summary>Loads a model whole, or not at all.</summary>
    /// <exception cref="InvalidDataException">The file is damaged or not one of ours.</exception>
    public static RetrievalModel Load(string path, Device device)
    {
        using var file = SafetensorsFile.Open(path);
        var description = ReadDescription(file);
        file.VerifyChecksum();
        var provenance = Parse<Dictionary<string, string>>(file, "provenance");
        RefuseHugeNetworks(file, description, device);
        var network = new DescriptorNetwork(device, description);
        var model = new RetrievalModel(network, provenance);
        try
        {
            WeightLoader.Load(network.Parameters, file, requireHead: true);
            var pooled = description.Head.PooledDimension(description.Backbone.OutputChannels);
            var hasClassifier = file.Contains(ClassifierWeights);
            if (file.Contains("whitening.weight"))
                model.Whitening = ReadWhitening(file, device, hasClassifier ? pooled + 1 : description.Dimension);
            if (hasClassifier)
                model.Classifier = ReadClassifier(file, device, pooled, model.Whitening?.OutputDimension ?? (pooled + 1));
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static NetworkDescription ReadDescription(SafetensorsFile file)
    {
        if (file.Metadata.GetValueOrDefault("format") != Format)
            throw new InvalidDataException($"{file.Path}: not a model file of this program: expected format '{Format}' in its metadata; import plain weights with 'retrieval convert'");
        var version = file.Metadata.GetValueOrDefault("version");
        if (version is not (Version or FirstVersion.Name))
            throw new InvalidDataException($"{file.Path}: model file version '{version}', expected {Version} or {FirstVersion.Name}: made by a newer program?");
        var description = Parse<NetworkDescription>(file, "network", version == FirstVersion.Name ? FirstVersion.Upgrade : null);
        try
        {
            description.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{file.Path}: {exception.Message}", exception);
        }
        return description;
    }

    /// <summary>A hostile description must not make us allocate what the file cannot hold: the network is made without memory first.</summary>
    private static void RefuseHugeNetworks(SafetensorsFile file, NetworkDescription description, Device device)
    {
        using var dry = Device.OpenDry(device);
        using var network = new DescriptorNetwork(dry, description);
        WeightLoader.Check(network.Parameters, file, requireHead: true);
    }

    private static DescriptorWhitening ReadWhitening(SafetensorsFile file, Device device, int dimension)
    {
        var shape = file.Entries["whitening.weight"].Shape;
        if (shape.Count != 2 || shape[1] != dimension || shape[0] < 1 || !file.Entries.TryGetValue("whitening.bias", out var bias) || bias.Count != shape[0])
            throw new InvalidDataException($"{file.Path}: the whitening has shape [{string.Join(", ", shape)}], expected [any, {dimension}] and as many biases");
        return new DescriptorWhitening(device, file.ReadAsFloat32("whitening.weight"), file.ReadAsFloat32("whitening.bias"), dimension,
            file.Metadata.GetValueOrDefault("whitening", "unknown"));
    }

    private static Classifier ReadClassifier(SafetensorsFile file, Device device, int pooled, int inputs)
    {
        var classes = Parse<List<string>>(file, "classes");
        var shape = file.Entries[ClassifierWeights].Shape;
        if (classes.Count == 0 || shape.Count != 2 || shape[0] != classes.Count || shape[1] != inputs || !file.Entries.TryGetValue(ClassifierBias, out var bias) || bias.Count != classes.Count)
            throw new InvalidDataException($"{file.Path}: the classifier has shape [{string.Join(", ", shape)}], expected [{classes.Count}, {inputs}] and as many biases as classes");
        return new Classifier(device, file.ReadAsFloat32(ClassifierWeights), file.ReadAsFloat32(ClassifierBias), classes, pooled);
    }

    private static T Parse<T>(SafetensorsFile file, string key, Func<string, string>? upgrade = null)
    {
        try
        {
            var text = file.Metadata.GetValueOrDefault(key, "null");
            return JsonSerializer.Deserialize<T>(upgrade?.Invoke(text) ?? text, Json)
                ?? throw new JsonException("it is missing");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{file.Path}: the metadata '{key}' cannot be read: {exception.Message}", exception);
        }
    }
}
