using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>
/// A chain of layers in stages, of which the first may be frozen: they keep nothing for a backward pass, which stops behind them, and
/// neither their parameters nor their statistics move.
/// </summary>
internal sealed class Backbone : IBackbone
{
    private readonly ILayer[] _layers;
    private readonly int _firstTrained;
    private readonly Pass _frozen;

    /// <summary>Makes the layers, stage by stage.</summary>
    /// <param name="parameters">Where the layers' parameters are made.</param>
    /// <param name="description">What is built.</param>
    /// <param name="stages">Makes one stage after another while it is enumerated.</param>
    public Backbone(ParameterSet parameters, BackboneDescription description, IEnumerable<ILayer[]> stages)
    {
        var first = parameters.All.Count;
        var layers = new List<ILayer>();
        var stage = 0;
        foreach (var made in stages)
        {
            layers.AddRange(made);
            if (++stage != description.FrozenStages)
                continue;
            _firstTrained = layers.Count;
            foreach (var parameter in parameters.All.Skip(first))
                parameter.Freeze();
        }
        _layers = [.. layers];
        _frozen = Pass.WithoutGradients(parameters.Device);
        OutputChannels = description.OutputChannels;
    }

    public int OutputChannels { get; }

    public void Prepare()
    {
        foreach (var layer in _layers)
            layer.Prepare();
    }

    public Tensor Forward(Tensor images, Pass pass)
    {
        var map = images;
        for (var i = 0; i < _layers.Length; i++)
        {
            var frozen = pass.Keeps && i < _firstTrained;
            var next = _layers[i].Forward(map, frozen ? _frozen : pass);
            if (i > 0)
                (frozen ? _frozen : pass).Release(map);
            map = next;
        }
        return map;
    }

    public void Backward(Tensor dMap, Pass pass)
    {
        for (var i = _layers.Length - 1; i >= _firstTrained; i--)
            dMap = _layers[i].Backward(dMap, pass, inputGradient: i > _firstTrained);
        pass.Device.Return(dMap);
    }

    public void Dispose()
    {
        foreach (var layer in _layers)
            layer.Dispose();
        _frozen.Dispose();
    }
}
