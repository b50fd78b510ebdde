namespace Retrieval.Models.WeightFiles;

/// <summary>
/// Loads a network's parameters by name from a safetensors file with torchvision's names or those of the codes that <see cref="WeightNames"/> lists. All
/// names and shapes are checked before the first value changes, so a file that does not fit leaves the network as it was.
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
        var names = WeightNames.Of(parameters, file);
        var missing = Check(parameters, file, names, requireHead);
        var values = new List<(Parameter Parameter, float[] Numbers)>();
        foreach (var parameter in parameters.All)
            if (names[parameter.Name] is { } name && file.Contains(name))
                values.Add((parameter, Read(parameter, file, names, name)));
        foreach (var (parameter, numbers) in values)
            parameter.Set(WeightLayout.FromFile(parameter, numbers));
        return missing;
    }

    /// <summary>Checks names and shapes as <see cref="Load"/> does and reads no value.</summary>
    public static IReadOnlyList<string> Check(ParameterSet parameters, SafetensorsFile file, bool requireHead) =>
        Check(parameters, file, WeightNames.Of(parameters, file), requireHead);

    /// <summary>Adds every parameter to a file, under torchvision's names and in its layout.</summary>
    public static void Store(ParameterSet parameters, SafetensorsWriter writer)
    {
        foreach (var parameter in parameters.All)
        {
            var shape = WeightLayout.FileShape(parameter);
            writer.Add<float>(parameter.Name, shape, WeightLayout.ToFile(parameter, parameter.Value.ToArray<float>()));
            if (parameter.AbsorbedBias is { } bias)
                writer.Add<float>(bias, shape, new float[parameter.Value.Count]);
        }
    }

    private static List<string> Check(ParameterSet parameters, SafetensorsFile file, WeightNames names, bool requireHead)
    {
        var missing = new List<string>();
        foreach (var parameter in parameters.All)
        {
            var name = names[parameter.Name];
            if (name is null || !file.Entries.TryGetValue(name, out var entry))
            {
                if (requireHead || !IsHead(parameter))
                    throw new InvalidDataException($"{file.Path}: parameter '{name ?? parameter.Name}' is missing: is this the architecture that the file was made for?");
                missing.Add(parameter.Name);
                continue;
            }
            CheckShape(parameter, file, entry);
            if (AbsorbedBias(parameter, file, names) is { } bias)
                CheckShape(parameter, file, file.Entries[bias]);
        }
        return missing;
    }

    private static void CheckShape(Parameter parameter, SafetensorsFile file, SafetensorsEntry entry)
    {
        if (!entry.Shape.SequenceEqual(WeightLayout.FileShape(parameter)))
            throw new InvalidDataException($"{file.Path}: parameter '{entry.Name}' has shape [{string.Join(", ", entry.Shape)}], " +
                $"expected [{string.Join(", ", WeightLayout.FileShape(parameter))}]: is this the architecture that the file was made for?");
    }

    /// <summary>A bias before a normalisation only moves its mean: (x + b) - m = x - (m - b).</summary>
    private static float[] Read(Parameter parameter, SafetensorsFile file, WeightNames names, string name)
    {
        var values = file.ReadAsFloat32(name);
        if (AbsorbedBias(parameter, file, names) is not { } bias)
            return values;
        var biases = file.ReadAsFloat32(bias);
        return [.. values.Select((value, i) => value - biases[i])];
    }

    /// <summary>The file's name of the bias that a parameter absorbs, if the file has one.</summary>
    private static string? AbsorbedBias(Parameter parameter, SafetensorsFile file, WeightNames names) =>
        parameter.AbsorbedBias is { } bias && names[bias] is { } name && file.Contains(name) ? name : null;
}
