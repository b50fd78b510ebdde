using Retrieval.Host;

namespace Retrieval.Models;

/// <summary>
/// One trip of a batch through a network. A module's Forward saves here what its Backward needs; Backward takes the same
/// things out in reverse order. Intermediate tensors released to the pass go back to the arena at once in inference,
/// else when the pass ends. Several passes may be open at a time (images of different sizes of one tuple).
/// </summary>
public sealed class Pass(Device device, PassMode mode) : IDisposable
{
    private readonly Stack<Tensor> _saved = new(256);
    private readonly List<Tensor> _released = new(256);
    private bool _ungraded;

    public Device Device { get; } = device;

    public Operators Operators { get; } = device.Operators;

    public PassMode Mode { get; private set; } = mode;

    /// <summary>Whether a backward pass will follow.</summary>
    public bool Keeps => Mode != PassMode.Inference && !_ungraded;

    /// <summary>The part of a training pass that no gradient reaches: stored statistics, nothing is kept, and parameters are read as they are at each run.</summary>
    public static Pass WithoutGradients(Device device) => new(device, PassMode.FrozenStatistics) { _ungraded = true };

    /// <summary>Saves a tensor for Backward; nothing happens where none follows.</summary>
    public void Save(Tensor tensor)
    {
        if (Keeps)
            _saved.Push(tensor);
    }

    /// <summary>Takes out what was saved last.</summary>
    public Tensor Restore() => _saved.Pop();

    /// <summary>Says that the caller is done with a tensor as far as the forward pass goes.</summary>
    public void Release(Tensor tensor)
    {
        if (tensor.IsNone)
            return;
        if (Keeps)
            _released.Add(tensor);
        else
            Device.Return(tensor);
    }

    /// <summary>Ends the trip: all that was kept goes back to the arena, and the pass can be used again.</summary>
    public void Reset(PassMode mode)
    {
        foreach (var tensor in _released)
            Device.Return(tensor);
        _released.Clear();
        _saved.Clear();
        Mode = mode;
    }

    /// <inheritdoc/>
    public void Dispose() => Reset(Mode);
}
