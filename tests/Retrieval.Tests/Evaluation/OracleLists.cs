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

    public static long[][] Rows(this OracleCase oracle, string tensor) =>
        [.. Array.ConvertAll(oracle.Integers(tensor), value => (long)value).Chunk(oracle.Shape(tensor)[1])];

    public static long[][] Columns(this OracleCase oracle, string tensor)
    {
        var rows = oracle.Rows(tensor);
        return [.. Enumerable.Range(0, oracle.Shape(tensor)[1]).Select(column => rows.Select(row => row[column]).ToArray())];
    }

    public static void CheckEqual(this OracleCase oracle, string tensor, IEnumerable<long> actual) =>
        oracle.CheckEqual(tensor, actual.Select(value => checked((int)value)));

    public static double[][] Vectors(this OracleCase oracle, string tensor) =>
        [.. oracle.Doubles(tensor).Chunk(oracle.Shape(tensor)[1])];
}
