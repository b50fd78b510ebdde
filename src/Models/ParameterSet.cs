using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>All parameters of a network, in the order of their making, and the device memory that they live in.</summary>
public sealed class ParameterSet(Device device) : IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);

    public Device Device { get; } = device;

    public IReadOnlyList<Parameter> All => _parameters;

    /// <summary>The parameters that an optimiser changes.</summary>
    public IEnumerable<Parameter> Trainable => _parameters.Where(parameter => parameter.Trainable);

    /// <summary>Number of values in all parameters.</summary>
    public long Count => _parameters.Sum(parameter => parameter.Value.Count);

    public Parameter this[string name] => _byName[name];

    public bool TryGet(string name, out Parameter? parameter) => _byName.TryGetValue(name, out parameter);

    /// <summary>Makes a parameter whose every value is <paramref name="fill"/>.</summary>
    public Parameter Add(string name, ParameterRole role, Shape shape, float fill = 0)
    {
        var parameter = new Parameter(name, role, Device.Rent(shape, ElementType.Float32, MemoryPurpose.Parameters));
        Device.Operators.Fill(parameter.Value, fill);
        _parameters.Add(parameter);
        _byName.Add(name, parameter);
        return parameter;
    }

    /// <summary>Gives every trainable parameter a gradient, all zero.</summary>
    public void EnableGradients()
    {
        foreach (var parameter in Trainable.Where(parameter => parameter.Gradient.IsNone))
            parameter.Gradient = Device.Rent(parameter.Value.Shape, ElementType.Float32, MemoryPurpose.Gradients);
        ZeroGradients();
    }

    /// <summary>Sets every gradient to zero.</summary>
    public void ZeroGradients()
    {
        foreach (var parameter in _parameters)
            if (!parameter.Gradient.IsNone)
                Device.Operators.Fill(parameter.Gradient, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var parameter in _parameters)
        {
            Device.Return(parameter.Gradient);
            Device.Return(parameter.Value);
        }
        _parameters.Clear();
        _byName.Clear();
    }
}
