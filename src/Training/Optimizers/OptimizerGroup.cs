using Retrieval.Host;
using Retrieval.Models;

namespace Retrieval.Training.Optimizers;

/// <summary>Parameters that step together, with their state.</summary>
internal sealed class OptimizerGroup : IDisposable
{
    private readonly Device _device;
    private readonly OptimizerEntry[] _entries;
    private readonly OptimizerSlot[] _slots;

    public OptimizerGroup(Device device, IEnumerable<(Parameter Parameter, double RateFactor, double Decay)> parameters, bool secondMoments)
    {
        _device = device;
        _entries = [.. parameters.Select(item => new OptimizerEntry(item.Parameter, item.RateFactor, item.Decay, State(item.Parameter), secondMoments ? State(item.Parameter) : Tensor.None))];
        _slots = new OptimizerSlot[_entries.Length];
        Gradients = [.. _entries.Select(entry => entry.Parameter.Gradient)];
    }

    public Tensor[] Gradients { get; }

    /// <summary>All slots at a rate.</summary>
    public ReadOnlySpan<OptimizerSlot> At(double rate)
    {
        for (var i = 0; i < _entries.Length; i++)
            _slots[i] = _entries[i].At(rate);
        return _slots;
    }

    /// <summary>Says that the parameters have changed.</summary>
    public void Touch()
    {
        foreach (var entry in _entries)
            entry.Parameter.Touch();
    }

    /// <summary>Every state tensor, by its name in checkpoints.</summary>
    public void ForEachState(Action<string, Tensor> action)
    {
        foreach (var entry in _entries)
        {
            action($"optimizer.momentum.{entry.Parameter.Name}", entry.Momentum);
            if (!entry.SecondMoment.IsNone)
                action($"optimizer.second.{entry.Parameter.Name}", entry.SecondMoment);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ForEachState((_, tensor) => _device.Return(tensor));

    private Tensor State(Parameter parameter)
    {
        var state = _device.Rent(parameter.Value.Shape, purpose: MemoryPurpose.OptimizerState);
        _device.Operators.Fill(state, 0);
        return state;
    }
}
