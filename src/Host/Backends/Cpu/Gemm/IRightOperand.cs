namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>The right operand of a product: panels of <see cref="Blocking.TileColumns"/> columns, missing columns zero.</summary>
internal unsafe interface IRightOperand
{
    /// <summary>Depths [depth, depth + depths) of panels [panel, panelEnd), each as [depths, TileColumns], one after the other.</summary>
    /// <param name="panel">First panel.</param>
    /// <param name="panelEnd">Panel after the last.</param>
    /// <param name="depth">First depth.</param>
    /// <param name="depths">Number of depths, 1 to <see cref="Blocking.MaxDepth"/>.</param>
    /// <param name="room">Room for the panels, for an operand that packs on demand.</param>
    /// <returns>The first panel: in <paramref name="room"/>, or where it lies already.</returns>
    float* Panels(int panel, int panelEnd, int depth, int depths, float* room);

    /// <summary>One part of what <see cref="Panels"/> will read; false if there is no such part.</summary>
    bool PanelsAhead(int panel, int panelEnd, int depth, int depths, int part, out Hint hint);
}
