namespace Retrieval.Host.Backends.Cpu.Gemm;

/// <summary>The right operand of a product: panels of <see cref="Blocking.TileColumns"/> columns, missing columns zero.</summary>
internal unsafe interface IRightOperand
{
    /// <summary>Depths [depth, depth + depths) of a panel as [depths, TileColumns].</summary>
    /// <param name="panel">Number of the panel.</param>
    /// <param name="depth">First depth.</param>
    /// <param name="depths">Number of depths, at most <see cref="Blocking.MaxDepth"/>.</param>
    /// <param name="scratch">Room for the panel, for an operand that packs on demand.</param>
    /// <returns>The packed panel: <paramref name="scratch"/>, or where it lies already.</returns>
    float* Panel(int panel, int depth, int depths, float* scratch);
}
