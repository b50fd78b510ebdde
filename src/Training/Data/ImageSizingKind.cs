namespace Retrieval.Training.Data;

/// <summary>Which side rules an image's size.</summary>
public enum ImageSizingKind
{
    /// <summary>The longest side, aspect kept, never enlarged.</summary>
    Longest,

    /// <summary>The longest side, aspect kept, enlarged where it is shorter: MultiGrain's test transform without a crop.</summary>
    LongestExactly,

    /// <summary>Width and height, aspect ignored.</summary>
    Exact,

    /// <summary>The shortest side, then a central square.</summary>
    ShortCrop,
}
