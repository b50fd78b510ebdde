namespace Retrieval.Imaging.Augmentation;

/// <summary>The order in which a device makes a batch: what a later stage has changed, an earlier one cannot take up again.</summary>
internal enum AugmentationStage
{
    /// <summary>Which part is shown, at which size, mirrored or not.</summary>
    Geometry,

    /// <summary>Changes to the bytes, on the host.</summary>
    Policy,

    /// <summary>Changes to each pixel's colour.</summary>
    Colour,

    /// <summary>Parts that are covered.</summary>
    Erasing,
}
