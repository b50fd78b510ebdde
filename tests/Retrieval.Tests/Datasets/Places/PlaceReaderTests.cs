using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Retrieval.Datasets.Places;
using Retrieval.Datasets.World;
using Xunit;

namespace Retrieval.Tests.Datasets.Places;

public sealed class PlaceReaderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_of_positions_are_read()
    {
        var data = PlaceReader.Read(Write("set.csv", "path,east,north,role\na,b.jpg,1.5,-2,database\nc.jpg,4,2,query\n\nd.jpg,1.5,8,database\n"));
        Assert.Equal("set", data.Name);
        Assert.Equal([new PlaceImage(_folder.At("a,b.jpg"), 1.5, -2), new PlaceImage(_folder.At("d.jpg"), 1.5, 8)], data.Database);
        Assert.Equal([new PlaceImage(_folder.At("c.jpg"), 4, 2)], data.Queries);
    }

    [Fact]
    public void The_radius_counts_its_border()
    {
        var data = new PlaceDataset("set", [new("a", 3, 4), new("b", 3, 4.001), new("c", 0, 0)], [new("q", 0, 0), new("far", 100, 0)]);
        Assert.Equal([[0, 2], []], data.Near(5));
    }

    [Fact]
    public void Numpys_arrays_are_read()
    {
        var path = _folder.At("set.npz");
        WriteNpz(path, Npy("<f8", "(2, 2)", Doubles(1, 2, 3, 4)), Npy("<f8", "(1, 2)", Doubles(5, 6)));
        File.WriteAllBytes(_folder.At("set_dbImages.npy"), Npy("<U5", "(2,)", Encoding.UTF32.GetBytes("a.jpg" + "b.j\0\0")));
        File.WriteAllBytes(_folder.At("set_qImages.npy"), Npy("<U1", "(1,)", Encoding.UTF32.GetBytes("q")));
        var data = PlaceReader.Read(path);
        Assert.Equal([new PlaceImage(_folder.At("a.jpg"), 1, 2), new PlaceImage(_folder.At("b.j"), 3, 4)], data.Database);
        Assert.Equal([new PlaceImage(_folder.At("q"), 5, 6)], data.Queries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Matlabs_structure_is_read(bool compressed)
    {
        File.WriteAllBytes(_folder.At("set.mat"), Mat(compressed));
        Directory.CreateDirectory(_folder.At("images"));
        var data = PlaceReader.Read(_folder.At("set.mat"));
        Assert.Equal([new PlaceImage(_folder.At("images/one.jpg"), 1, 2), new PlaceImage(_folder.At("images/2"), 3, 4)], data.Database);
        Assert.Equal([new PlaceImage(_folder.At("images/query.jpg"), 5, 6)], data.Queries);
    }

    [Theory]
    [InlineData("", "line 1: expected 'path,east,north,role'")]
    [InlineData("path,east,north,role\nx.jpg,1,database\n", "line 2: expected <path>")]
    [InlineData("path,east,north,role\nx.jpg,1,2,gallery\n", "line 2: expected <path>")]
    [InlineData("path,east,north,role\nx.jpg,1,2,query\n", "expected database images and queries, got 0 and 1")]
    [InlineData("path,east,north,role\nx.jpg,nan,2,query\ny.jpg,1,2,database\n", "has no position")]
    public void Damaged_lines_are_refused(string text, string complaint)
    {
        var path = Write("set.csv", text);
        var problem = Assert.Throws<InvalidDataException>(() => PlaceReader.Read(path));
        Assert.StartsWith(path, problem.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
    }

    /// <summary>Cut short or altered at any place, a file is read or refused by one line, and never anything else.</summary>
    [Fact]
    public void Damaged_files_are_refused_in_one_line()
    {
        var npz = _folder.At("whole.npz");
        WriteNpz(npz, Npy("<f8", "(2, 2)", Doubles(1, 2, 3, 4)), Npy("<f8", "(1, 2)", Doubles(5, 6)));
        byte[][] files = [Mat(compressed: false), Mat(compressed: true), File.ReadAllBytes(npz)];
        File.WriteAllBytes(_folder.At("set_dbImages.npy"), Npy("<U1", "(2,)", Encoding.UTF32.GetBytes("ab")));
        File.WriteAllBytes(_folder.At("set_qImages.npy"), Npy("<U1", "(1,)", Encoding.UTF32.GetBytes("q")));
        var random = new Random(3);
        for (var kind = 0; kind < files.Length; kind++)
            for (var turn = 0; turn < 200; turn++)
            {
                var bytes = (byte[])files[kind].Clone();
                if (turn % 2 == 0)
                    bytes = bytes[..random.Next(bytes.Length)];
                else
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                var path = _folder.At(kind == 2 ? "set.npz" : "set.mat");
                File.WriteAllBytes(path, bytes);
                if (Record.Exception(() => PlaceReader.Read(path)) is { } problem)
                {
                    Assert.IsType<InvalidDataException>(problem);
                    Assert.DoesNotContain('\n', problem.Message);
                }
            }
    }

    [Fact]
    public void A_generated_world_has_places()
    {
        var options = new WorldOptions { Landmarks = 4, ViewsPerLandmark = 4, Distractors = 2, ImageWidth = 48, ImageHeight = 40, PointsPerLandmark = 64, Seed = 6 };
        var world = GeneratedWorld.Create(options, TestContext.Current.CancellationToken);
        WorldExport.Write(world, WorldSplit.Of(world, 2), _folder.Path, cancellation: TestContext.Current.CancellationToken);
        foreach (var name in (string[])["places_train.csv", "places_test.csv"])
        {
            var data = PlaceReader.Read(_folder.At(name));
            Assert.All(data.Database.Concat(data.Queries), image => Assert.True(File.Exists(image.Path), image.Path));
            // Nobody strays to another landmark.
            static string LandmarkOf(PlaceImage image) => Path.GetFileName(image.Path).Split('_')[0];
            foreach (var (near, query) in data.Near(PlaceDataset.TestRadius).Zip(data.Queries))
                Assert.All(near, image => Assert.Equal(LandmarkOf(query), LandmarkOf(data.Database[image])));
        }
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.At(name), text);
        return _folder.At(name);
    }

    private static void WriteNpz(string path, byte[] database, byte[] queries)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, bytes) in new[] { ("utmDb.npy", database), ("utmQ.npy", queries) })
        {
            using var entry = archive.CreateEntry(name).Open();
            entry.Write(bytes);
        }
    }

    private static byte[] Npy(string type, string shape, byte[] data)
    {
        var header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n");
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. header, .. data];
    }

    private static byte[] Doubles(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private static byte[] Mat(bool compressed)
    {
        byte[] names = [.. new[] { "dbImageFns", "utmDb", "qImageFns", "utmQ" }.SelectMany(name => Encoding.ASCII.GetBytes(name.PadRight(12, '\0')))];
        byte[] fields = [.. Cells("one.jpg", "2"), .. Matrix(6, 2, 2, Piece(9, Doubles(1, 2, 3, 4))), .. Cells("query.jpg"), .. Matrix(6, 2, 1, Piece(2, [5, 6]))];
        var structure = Matrix(2, 1, 1, [.. Short(5, [12, 0, 0, 0]), .. Piece(1, names), .. fields], "dbStruct");
        var header = new byte[128];
        Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file").CopyTo(header, 0);
        (header[125], header[126], header[127]) = (1, (byte)'I', (byte)'M');
        if (!compressed)
            return [.. header, .. structure];
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zip.Write(structure);
        return [.. header, .. UInt32(15), .. UInt32((uint)packed.Length), .. packed.ToArray()];
    }

    private static byte[] Cells(params string[] texts) =>
        Matrix(1, texts.Length, 1, [.. texts.SelectMany(text => Matrix(4, 1, text.Length, text.Length <= 4 ? Short(16, Encoding.UTF8.GetBytes(text)) : Piece(16, Encoding.UTF8.GetBytes(text))))]);

    private static byte[] Matrix(byte kind, int rows, int columns, byte[] content, string name = "") =>
        Piece(14, [.. Piece(6, [kind, 0, 0, 0, 0, 0, 0, 0]), .. Piece(5, [.. UInt32((uint)rows), .. UInt32((uint)columns)]), .. Piece(1, Encoding.ASCII.GetBytes(name)), .. content]);

    private static byte[] Piece(uint type, byte[] data) => [.. UInt32(type), .. UInt32((uint)data.Length), .. data, .. new byte[(8 - (data.Length % 8)) % 8]];

    private static byte[] Short(uint type, byte[] data) => [.. UInt32(type | ((uint)data.Length << 16)), .. data, .. new byte[4 - data.Length]];

    private static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
