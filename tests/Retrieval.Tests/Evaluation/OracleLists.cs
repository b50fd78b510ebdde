using Retrieval.Tests.Support;

namespace Retrieval.Tests.Evaluation;

/// <summary>Lists and rankings as the reference cases store them.</summary>
internal static class OracleLists
{
    /// <summary>List i of a tensor is the slice that its <c>_offsets</c> companion names.</summary>
    public static int[][] Lists(this OracleCase oracle, string tensor)
    {
        int[] flat = oracle.Integers(tensor), offsets = oracle.Integers(tensor + "_offsets");
        return [.. Enumerable.Range(0, offsets.Length - 1).Select(i => flat[offsets[i]..offsets[i + 1]])];
    }

    public static int[][] Rows(this OracleCase oracle, string tensor)
    {
        var columns = oracle.Shape(tensor)[1];
        return [.. oracle.Integers(tensor).Chunk(columns)];
    }

    public static int[][] Columns(this OracleCase oracle, string tensor)
    {
        var rows = oracle.Rows(tensor);
        return [.. Enumerable.Range(0, oracle.Shape(tensor)[1]).Select(column => rows.Select(row => row[column]).ToArray())];
    }

    public static double[][] Vectors(this OracleCase oracle, string tensor) =>
        [.. oracle.Doubles(tensor).Chunk(oracle.Shape(tensor)[1])];
}
