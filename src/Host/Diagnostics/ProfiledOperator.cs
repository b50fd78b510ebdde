namespace Retrieval.Host.Diagnostics;

/// <summary>What calls of one operator with the same shapes have in common.</summary>
/// <param name="Name">The operator, such as "Convolution".</param>
/// <param name="Shapes">Its principal shapes, such as "[8, 56, 56, 64] [64, 3, 3, 64]".</param>
/// <param name="Kind">What kind of call it is.</param>
/// <param name="Type">Element type of what it computes on.</param>
/// <param name="Work">What each call has to do.</param>
public sealed record ProfiledOperator(string Name, string Shapes, CallKind Kind, ElementType Type, Work Work);
