namespace Retrieval.Models.WeightFiles;

/// <summary>
/// Loads a network's parameters by name from a safetensors file with torchvision's names. All names and shapes are checked before
/// the first value changes, so a file that does not fit leaves the network as it was.
/// </summary>
public static class WeightLoader
{
    /// <summary>Which of the network's parameters may be missing from a file.</summary>
    private static readonly string[] OptionalPrefixes = ["pool.", "bottleneck.", "whiten."];

    /// <summary>Whether a parameter stands behind the backbone.</summary>
    public static bool IsHead(Parameter parameter) => OptionalPrefixes.Any(prefix => parameter.Name.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>Loads every parameter.</summary>
    /// <param name="parameters">The network's parameters.</param>
    /// <param name="file">The weight file.</param>
    /// <param name="requireHead">Whether the parameters behind the backbone must be in the file, as in our own model files; files of plain backbones lack them.</param>
    /// <returns>Names of parameters that the file lacks and that keep their values.</returns>
    /// <exception cref="InvalidDataException">A parameter is missing or has another shape.</exception>
    public static IReadOnlyList<string> Load(ParameterSet parameters, SafetensorsFile file, bool requireHead)
    {
        var missing = Check(parameters, file, requireHead);
        var values = parameters.All.Where(parameter => file.Contains(parameter.Name)).Select(parameter => (parameter, file.ReadAsFloat32(parameter.Name))).ToList();
        foreach (var (parameter, numbers) in values)
            parameter.Set(WeightLayout.FromFile(parameter, numbers));
        return missing;
    }

    /// <summary>Checks names and shapes as <see cref="Load"/> does and reads no value.</summary>
    public static IReadOnlyList<string> Check(ParameterSet parameters, SafetensorsFile file, bool requireHead)
    {
        var missing = new List<string>();
        foreach (var parameter in parameters.All)
        {
            if (!file.Entries.TryGetValue(parameter.Name, out var entry))
            {
                if (requireHead || !IsHead(parameter))
                    throw new InvalidDataException($"{file.Path}: parameter '{parameter.Name}' is missing: is this the architecture that the file was made for?");
                missing.Add(parameter.Name);
            }
            else if (!entry.Shape.SequenceEqual(WeightLayout.FileShape(parameter)))
            {
                throw new InvalidDataException($"{file.Path}: parameter '{parameter.Name}' has shape [{string.Join(", ", entry.Shape)}], " +
                    $"expected [{string.Join(", ", WeightLayout.FileShape(parameter))}]: is this the architecture that the file was made for?");
            }
        }
        return missing;
    }

    /// <summary>Adds every parameter to a file, in torchvision's layout.</summary>
    public static void Store(ParameterSet parameters, SafetensorsWriter writer)
    {
        foreach (var parameter in parameters.All)
            writer.Add<float>(parameter.Name, WeightLayout.FileShape(parameter), WeightLayout.ToFile(parameter, parameter.Value.ToArray<float>()));
    }
}
