namespace Retrieval.Training.Data;

/// <summary>Which side rules an image's size.</summary>
public enum ImageSizingKind
{
    /// <summary>The longest side, aspect kept, never enlarged.</summary>
    Longest,

    /// <summary>Width and height, aspect ignored.</summary>
    Exact,

    /// <summary>The shortest side, then a central square.</summary>
    ShortCrop,
}
