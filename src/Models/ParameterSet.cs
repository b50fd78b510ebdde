using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>All parameters of a network, in the order of their making, and the device memory that they live in.</summary>
public sealed class ParameterSet(Device device) : IDisposable
{
    private readonly List<Parameter> _parameters = [];
    private readonly Dictionary<string, Parameter> _byName = new(StringComparer.Ordinal);
    private Tensor _gradients;

    public Device Device { get; } = device;

    public IReadOnlyList<Parameter> All => _parameters;

    /// <summary>Grows whenever a parameter changes.</summary>
    public long Version => _parameters.Sum(parameter => (long)parameter.Version);

    /// <summary>The parameters that an optimiser changes.</summary>
    public IEnumerable<Parameter> Trainable => _parameters.Where(parameter => parameter.Trainable);

    /// <summary>Number of values in all parameters.</summary>
    public long Count => _parameters.Sum(parameter => parameter.Value.Count);

    public Parameter this[string name] => _byName[name];

    public bool TryGet(string name, out Parameter? parameter) => _byName.TryGetValue(name, out parameter);

    /// <summary>Makes a parameter whose every value is <paramref name="fill"/>.</summary>
    public Parameter Add(string name, ParameterRole role, Shape shape, float fill = 0) => Add(name, role, shape, fill, absorbedBias: null);

    /// <summary>Makes a running mean that takes in a convolution's bias where files have one; see <see cref="Parameter.AbsorbedBias"/>.</summary>
    internal Parameter AddMean(string name, Shape shape, string? absorbedBias) => Add(name, ParameterRole.Statistic, shape, 0, absorbedBias);

    private Parameter Add(string name, ParameterRole role, Shape shape, float fill, string? absorbedBias)
    {
        var parameter = new Parameter(name, role, Device.Rent(shape, ElementType.Float32, MemoryPurpose.Parameters)) { AbsorbedBias = absorbedBias };
        Device.Operators.Fill(parameter.Value, fill);
        _parameters.Add(parameter);
        _byName.Add(name, parameter);
        return parameter;
    }

    /// <summary>Says that the statistics have changed: a pass with the batch's statistics moves them, and need not have run the host's code.</summary>
    public void TouchStatistics()
    {
        foreach (var parameter in _parameters)
            if (parameter.Role == ParameterRole.Statistic && !parameter.Frozen)
                parameter.Touch();
    }

    /// <summary>Gives every trainable parameter a gradient, all zero. No parameter is made after that.</summary>
    public void EnableGradients()
    {
        if (_gradients.IsNone)
            RentGradients();
        ZeroGradients();
    }

    /// <summary>Sets every gradient to zero.</summary>
    public void ZeroGradients()
    {
        if (!_gradients.IsNone)
            Device.Operators.Fill(_gradients, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Return(_gradients);
        foreach (var parameter in _parameters)
        {
            Device.Return(parameter.Working);
            Device.Return(parameter.Value);
        }
        _parameters.Clear();
        _byName.Clear();
    }

    /// <summary>All gradients in one piece of memory, so that one call sets them to zero; each begins at 64 bytes.</summary>
    private void RentGradients()
    {
        const long alignment = 16;
        var first = 0L;
        var places = new List<(Parameter Parameter, long First)>();
        foreach (var parameter in Trainable)
        {
            places.Add((parameter, first));
            first += (parameter.Value.Count + alignment - 1) / alignment * alignment;
        }
        _gradients = Device.Rent(new Shape(checked((int)first)), ElementType.Float32, MemoryPurpose.Gradients);
        foreach (var (parameter, place) in places)
            parameter.EnableGradient(_gradients.Slice((int)place, (int)parameter.Value.Count));
        foreach (var parameter in _parameters)
            parameter.EnableWorking();
    }
}
