namespace Retrieval.Imaging.Drawing;

/// <summary>One picture of a contact sheet, with the colour of its frame if it has one.</summary>
public sealed record ContactSheetCell(RgbImage Image, Rgb? Frame = null);
