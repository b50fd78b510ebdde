namespace Retrieval.Imaging.Augmentation.Policy;

/// <summary>An operation of a policy, how often it happens, and how strong it is.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Probability">0 to 1.</param>
/// <param name="Level">0 to 9: one of ten evenly spaced magnitudes; without meaning for operations that have none.</param>
internal readonly record struct PolicyStep(PolicyOperation Operation, double Probability, int Level = 0)
{
    private const double Levels = 9, StrongestShear = 0.3, FarthestTranslation = 150.0 / 331, WidestTurn = 30, StrongestChange = 0.9;

    private double Share => Level / Levels;

    /// <summary>Applies the operation with its probability, and with either sign.</summary>
    public void MaybeApply(RgbImage image, SeededRandom random)
    {
        if (random.NextBoolean(Probability))
            Apply(image, IsSigned && random.NextBoolean() ? -1 : 1);
    }

    /// <param name="image">Is changed.</param>
    /// <param name="sign">1 or -1; operations without a sign ignore it.</param>
    public void Apply(RgbImage image, int sign)
    {
        switch (Operation)
        {
            case PolicyOperation.ShearX:
                AffineWarp.Bicubic(image, new AffineMap(1, sign * StrongestShear * Share, 0, 0, 1, 0));
                break;
            case PolicyOperation.ShearY:
                AffineWarp.Bicubic(image, new AffineMap(1, 0, 0, sign * StrongestShear * Share, 1, 0));
                break;
            case PolicyOperation.TranslateX:
                AffineWarp.Nearest(image, new AffineMap(1, 0, sign * FarthestTranslation * Share * image.Width, 0, 1, 0));
                break;
            case PolicyOperation.TranslateY:
                AffineWarp.Nearest(image, new AffineMap(1, 0, 0, 0, 1, sign * FarthestTranslation * Share * image.Height));
                break;
            case PolicyOperation.Rotate:
                AffineWarp.Nearest(image, AffineMap.Rotation(sign * WidestTurn * Share, image.Width, image.Height));
                break;
            case PolicyOperation.AutoContrast:
                ByteTables.AutoContrast(image);
                break;
            case PolicyOperation.Invert:
                ByteTables.Solarize(image, 0);
                break;
            case PolicyOperation.Equalize:
                ByteTables.Equalize(image);
                break;
            case PolicyOperation.Solarize:
                ByteTables.Solarize(image, 256 - (256 * Share));
                break;
            case PolicyOperation.Posterize:
                ByteTables.Posterize(image, (int)Math.Round(8 - (4 * Share)));
                break;
            case PolicyOperation.Contrast:
                Enhancement.Contrast(image, Factor(sign));
                break;
            case PolicyOperation.Color:
                Enhancement.Color(image, Factor(sign));
                break;
            case PolicyOperation.Brightness:
                Enhancement.Brightness(image, Factor(sign));
                break;
            default:
                Enhancement.Sharpness(image, Factor(sign));
                break;
        }
    }

    private bool IsSigned => Operation is <= PolicyOperation.Rotate or >= PolicyOperation.Contrast;

    private float Factor(int sign) => (float)(1 + (sign * StrongestChange * Share));
}
