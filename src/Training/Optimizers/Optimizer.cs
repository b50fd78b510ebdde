using Retrieval.Host;
using Retrieval.Models;
using Retrieval.Models.WeightFiles;

namespace Retrieval.Training.Optimizers;

/// <summary>
/// Steps all trainable parameters of a network by their gradients, and carries the state (momentum, second moments, step
/// count) that a resumed run needs to go on with the same figures.
/// </summary>
public sealed class Optimizer : IDisposable
{
    private const string StepName = "optimizer.step";

    private readonly ParameterSet _parameters;
    private readonly OptimizerOptions _options;
    private readonly Parameter[] _trainable;
    private readonly Tensor[] _momentum, _secondMoment;
    private readonly OptimizerSlot[] _slots;

    public Optimizer(ParameterSet parameters, OptimizerOptions options)
    {
        options.Validate();
        _parameters = parameters;
        _options = options;
        parameters.EnableGradients();
        _trainable = [.. parameters.Trainable];
        _momentum = [.. _trainable.Select(State)];
        _secondMoment = [.. _trainable.Select(parameter => options.Kind == OptimizerKind.Sgd ? Tensor.None : State(parameter))];
        _slots = new OptimizerSlot[_trainable.Length];
    }

    /// <summary>Steps taken so far.</summary>
    public int StepCount { get; private set; }

    /// <summary>Moves every parameter by its gradient at a learning rate; the gradients stay as they are.</summary>
    public void Step(double rate)
    {
        for (var i = 0; i < _trainable.Length; i++)
        {
            var parameter = _trainable[i];
            var exponent = parameter.Role == ParameterRole.PoolExponent;
            _slots[i] = new OptimizerSlot(parameter.Value, parameter.Gradient, _momentum[i], _secondMoment[i],
                (float)(exponent ? rate * _options.ExponentRateFactor : rate), exponent ? 0 : (float)_options.Decay, parameter.Working);
        }
        StepCount++;
        if (_options.Kind == OptimizerKind.Sgd)
            _parameters.Device.Operators.Sgd(_slots, new SgdStep(StepCount == 1, (float)_options.Momentum, _options.Nesterov));
        else
            _parameters.Device.Operators.Adam(_slots, new AdamStep(StepCount, (float)_options.Beta1, (float)_options.Beta2, (float)_options.Epsilon,
                _options.Kind == OptimizerKind.AdamW));
        foreach (var parameter in _trainable)
            parameter.Touch();
    }

    /// <summary>Adds the state to a checkpoint.</summary>
    public void Store(SafetensorsWriter writer)
    {
        writer.Add<int>(StepName, [], new[] { StepCount });
        ForEachState((name, tensor) => writer.Add<float>(name, [tensor.Count], tensor.ToArray<float>()));
    }

    /// <summary>Reads the state that a checkpoint holds and checks that it fits; nothing changes before <see cref="Restore"/>.</summary>
    /// <exception cref="InvalidDataException">The checkpoint was made with another optimiser or network.</exception>
    public OptimizerState Read(SafetensorsFile file)
    {
        if (file.Read<int>(StepName) is not [>= 0 and var stepCount])
            throw new InvalidDataException($"{file.Path}: '{StepName}' is not a number of steps");
        var values = new List<float[]>();
        ForEachState((name, tensor) =>
        {
            var state = file.Read<float>(name);
            if (state.Length != tensor.Count)
                throw new InvalidDataException($"{file.Path}: '{name}' has {state.Length} values, expected {tensor.Count}: was the checkpoint made with other settings?");
            values.Add(state);
        });
        return new OptimizerState(stepCount, values);
    }

    /// <summary>Goes on from a state that <see cref="Read"/> gave.</summary>
    public void Restore(OptimizerState state)
    {
        StepCount = state.StepCount;
        var next = 0;
        ForEachState((_, tensor) => tensor.Upload<float>(state.Values[next++]));
    }

    /// <inheritdoc/>
    public void Dispose() => ForEachState((_, tensor) => _parameters.Device.Return(tensor));

    private Tensor State(Parameter parameter)
    {
        var state = _parameters.Device.Rent(parameter.Value.Shape, purpose: MemoryPurpose.OptimizerState);
        _parameters.Device.Operators.Fill(state, 0);
        return state;
    }

    private void ForEachState(Action<string, Tensor> action)
    {
        for (var i = 0; i < _trainable.Length; i++)
        {
            action($"optimizer.momentum.{_trainable[i].Name}", _momentum[i]);
            if (!_secondMoment[i].IsNone)
                action($"optimizer.second.{_trainable[i].Name}", _secondMoment[i]);
        }
    }
}
