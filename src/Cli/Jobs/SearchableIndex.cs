using Retrieval.Host;
using Retrieval.Index;
using Retrieval.Models;

namespace Retrieval.Cli.Jobs;

/// <summary>An index together with the model that describes queries for it.</summary>
internal static class SearchableIndex
{
    /// <summary>Opens an index and holds it against a model.</summary>
    /// <param name="device">Where it is searched.</param>
    /// <param name="path">The index file.</param>
    /// <param name="model">The model.</param>
    /// <param name="modelPath">The model's file.</param>
    /// <exception cref="UsersMistakeException">The index was made with another model.</exception>
    public static FlatIndex Open(Device device, string path, RetrievalModel model, string modelPath)
    {
        var index = FlatIndex.Open(device, path);
        try
        {
            RequireModel(index, path, model, modelPath);
            return index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Whether the index holds whitened descriptors, so that queries must be whitened too.</summary>
    public static bool IsWhitened(FlatIndex index, RetrievalModel model) =>
        model.Whitening is not null && index.Provenance.GetValueOrDefault(DescriptorProvenance.Whitening) != DescriptorProvenance.NoWhitening;

    private static void RequireModel(FlatIndex index, string path, RetrievalModel model, string modelPath)
    {
        var dimension = IsWhitened(index, model) ? model.Dimension : model.UnwhitenedDimension;
        var madeWith = index.Provenance.GetValueOrDefault(DescriptorProvenance.Model, "an unknown model");
        if (index.Dimension != dimension)
            throw new UsersMistakeException($"{path} has descriptors of {index.Dimension} dimensions by {madeWith}, {modelPath} gives {dimension}: search with the model that the index was made with");
        if (index.Provenance.TryGetValue(DescriptorProvenance.Fingerprint, out var expected) && DescriptorProvenance.FingerprintOf(modelPath) is var got && got != expected)
            throw new UsersMistakeException($"{path} was made with {madeWith} ({expected}), not with {modelPath} ({got}): search with that model, or index again");
    }
}
