using Retrieval.Models;

namespace Retrieval.Training.Losses;

/// <summary>What a loss term is made for.</summary>
/// <param name="Parameters">Receives its parameters.</param>
/// <param name="Network">The network whose outputs it sees.</param>
/// <param name="Classes">Number of classes; labels are below it.</param>
/// <param name="Seed">Decides what its parameters start from.</param>
public sealed record LossContext(ParameterSet Parameters, NetworkDescription Network, int Classes, ulong Seed);
