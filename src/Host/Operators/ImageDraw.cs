namespace Retrieval.Host;

/// <summary>
/// What is drawn from an image's seed: with <see cref="Crop"/> a random part, of MinArea to MaxArea of the image's area, its width over
/// height uniform in logarithm from MinAspect to MaxAspect (ten draws, then the largest central part of an allowed shape); and with a
/// probability above 0 whether it is mirrored. <c>default</c> draws nothing.
/// </summary>
public readonly record struct ImageDraw(bool Crop, double MinArea = 0.08, double MaxArea = 1, double MinAspect = 3.0 / 4, double MaxAspect = 4.0 / 3, double FlipProbability = 0);
