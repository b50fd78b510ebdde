namespace Retrieval.Imaging.Augmentation.Policy;

/// <summary>The operations of AutoAugment's policies.</summary>
internal enum PolicyOperation
{
    ShearX,
    ShearY,
    TranslateX,
    TranslateY,
    Rotate,
    AutoContrast,
    Invert,
    Equalize,
    Solarize,
    Posterize,
    Contrast,
    Color,
    Brightness,
    Sharpness,
}
