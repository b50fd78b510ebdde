namespace Retrieval.Imaging.Augmentation.Policy;

/// <summary>From a place in the result to the place in the image that it shows: (a x + b y + c, d x + e y + f).</summary>
internal readonly record struct AffineMap(double A, double B, double C, double D, double E, double F)
{
    /// <summary>Turns an image around its middle, against the clock for positive angles.</summary>
    public static AffineMap Rotation(double degrees, int width, int height)
    {
        var angle = -degrees * Math.PI / 180;
        double cosine = Math.Round(Math.Cos(angle), 15), sine = Math.Round(Math.Sin(angle), 15), middleX = width / 2.0, middleY = height / 2.0;
        return new AffineMap(cosine, sine, (cosine * -middleX) + (sine * -middleY) + middleX, -sine, cosine, (-sine * -middleX) + (cosine * -middleY) + middleY);
    }
}
