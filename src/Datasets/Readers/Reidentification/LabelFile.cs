using Retrieval.Datasets.Readers.Matlab;

namespace Retrieval.Datasets.Readers.Reidentification;

/// <summary>A MATLAB file of one number for each image.</summary>
internal static class LabelFile
{
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or no list of whole numbers; the message begins with its path.</exception>
    public static int[] Read(string path)
    {
        if (MatFile.Read(path) is not [{ Numbers: { } labels } list] || (list.Rows != 1 && list.Columns != 1))
            throw new InvalidDataException($"{path}: expected one row or column of labels");
        return Array.TrueForAll(labels, value => value == Math.Floor(value) && Math.Abs(value) <= int.MaxValue)
            ? Array.ConvertAll(labels, value => (int)value)
            : throw new InvalidDataException($"{path}: expected whole numbers as labels");
    }
}
