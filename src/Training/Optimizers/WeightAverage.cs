using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Training.Optimizers;

/// <summary>
/// An exponential moving average of weights and statistics, of a network and of its losses: average = decay * average + (1 - decay) * value after each step.
/// While it is in use, the parameters hold the average and this holds the weights.
/// </summary>
/// <remarks>
/// The average follows the weights as plain descent on |average - value|^2 / 2 at the rate 1 - decay does, so all of it is one launch of
/// that operator. Gradients, which are zeroed before they are used again, are its scratch memory.
/// </remarks>
public sealed class WeightAverage : IDisposable
{
    private const string Prefix = "average.";

    private readonly Device _device;
    private readonly Parameter[] _parameters;
    private readonly Tensor[] _average, _scratch;
    private readonly OptimizerSlot[] _slots;
    private readonly Tensor _spare;

    /// <param name="device">Where the parameters are.</param>
    /// <param name="parameters">The parameters; those that are trained have gradients.</param>
    /// <param name="decay">0 to below 1.</param>
    public WeightAverage(Device device, IEnumerable<Parameter> parameters, double decay)
    {
        _device = device;
        _parameters = [.. parameters.Where(parameter => !parameter.Frozen)];
        _average = [.. _parameters.Select(parameter => Rent(parameter.Value.Shape))];
        _scratch = [.. _parameters.Select(parameter => parameter.Gradient.IsNone ? Rent(parameter.Value.Shape) : parameter.Gradient)];
        _slots = [.. _parameters.Select((parameter, i) => new OptimizerSlot(_average[i], parameter.Value, _scratch[i], Tensor.None, (float)(decay - 1), Decay: -1))];
        _spare = Rent(new Shape((int)_parameters.Max(parameter => parameter.Value.Count)));
        for (var i = 0; i < _parameters.Length; i++)
            _device.Operators.Copy(_parameters[i].Value, _average[i]);
    }

    /// <summary>Whether the parameters hold the average.</summary>
    public bool IsInUse { get; private set; }

    /// <summary>Takes the weights of a step in.</summary>
    public void Follow() => _device.Operators.Sgd(_slots, new SgdStep(First: true, Momentum: 0));

    /// <summary>Exchanges the weights and the average.</summary>
    public void Swap()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            var spare = _spare.Slice(0, (int)_average[i].Count).Reshape(_average[i].Shape);
            _device.Operators.Copy(_parameters[i].Value, spare);
            _device.Operators.Copy(_average[i], _parameters[i].Value);
            _device.Operators.Copy(spare, _average[i]);
            _parameters[i].Touch();
        }
        IsInUse = !IsInUse;
    }

    /// <summary>Adds the average to a checkpoint; the parameters hold the weights.</summary>
    public void Store(SafetensorsWriter writer)
    {
        for (var i = 0; i < _parameters.Length; i++)
            writer.Add<float>(Prefix + _parameters[i].Name, [_average[i].Count], _average[i].ToArray<float>());
    }

    /// <summary>Reads the average that a checkpoint holds; nothing changes before <see cref="Restore"/>.</summary>
    /// <exception cref="InvalidDataException">The checkpoint is of another network or keeps no average.</exception>
    public IReadOnlyList<float[]> Read(SafetensorsFile file) => [.. _parameters.Select((parameter, i) =>
        file.Read<float>(Prefix + parameter.Name) is var values && values.Length == _average[i].Count
            ? values
            : throw new InvalidDataException($"{file.Path}: '{Prefix}{parameter.Name}' has {values.Length} values, expected {_average[i].Count}"))];

    /// <summary>Goes on from what <see cref="Read"/> gave.</summary>
    public void Restore(IReadOnlyList<float[]> values)
    {
        for (var i = 0; i < _parameters.Length; i++)
            _average[i].Upload<float>(values[i]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < _parameters.Length; i++)
        {
            _device.Return(_average[i]);
            if (_parameters[i].Gradient.IsNone)
                _device.Return(_scratch[i]);
        }
        _device.Return(_spare);
    }

    private Tensor Rent(Shape shape) => _device.Rent(shape, purpose: MemoryPurpose.OptimizerState);
}
