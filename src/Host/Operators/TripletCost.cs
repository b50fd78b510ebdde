namespace Retrieval.Host;

/// <summary>
/// What an anchor costs whose hardest positive is at distance p and hardest negative at n: max(p - n + <paramref name="Margin"/>, 0), or,
/// with the soft margin, log(1 + exp(p - n)).
/// </summary>
/// <param name="Distance">How distances are measured.</param>
/// <param name="Margin">How much nearer the positive must be; finite. Not used with the soft margin.</param>
/// <param name="Soft">Whether the margin is soft.</param>
public readonly record struct TripletCost(PairDistance Distance, float Margin, bool Soft = false);
