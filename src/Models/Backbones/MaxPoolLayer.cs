using Retrieval.Host;

namespace Retrieval.Models.Backbones;

/// <summary>The maximum over a window.</summary>
internal sealed class MaxPoolLayer(ConvolutionGeometry window) : ILayer
{
    public void Prepare()
    {
    }

    public Tensor Forward(Tensor x, Pass pass)
    {
        var shape = window.OutputShape(x.Shape, x.Shape[3]);
        var y = pass.Device.RentMap(shape);
        var argmax = pass.Keeps ? pass.Device.Rent(shape, ElementType.Int32) : Tensor.None;
        pass.Operators.MaxPool(x, window, y, argmax);
        pass.Save(argmax);
        pass.Save(x);
        pass.Release(argmax);
        return y;
    }

    public Tensor Backward(Tensor dy, Pass pass, bool inputGradient)
    {
        Tensor x = pass.Restore(), argmax = pass.Restore();
        var dx = Tensor.None;
        if (inputGradient)
        {
            dx = pass.Device.RentMap(x.Shape);
            pass.Operators.MaxPoolBackward(dy, argmax, window, dx);
        }
        pass.Device.Return(dy);
        return dx;
    }

    public void Dispose()
    {
    }
}
