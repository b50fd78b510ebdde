using System.Text;
using Retrieval.Datasets.Readers;
using Retrieval.Datasets.Readers.Reidentification;
using Retrieval.Datasets.Reconstructions.Colmap;
using Retrieval.Tests.Datasets.Reconstructions;
using Xunit;

namespace Retrieval.Tests.Datasets;

/// <summary>Lists and ground truths with random damage: read, or refused in one line that begins with the file; nothing else.</summary>
public sealed class DamagedListTests : IDisposable
{
    private const int Mutations = 400;
    private const int Seed = 20261121;

    private readonly ScratchFolder _folder = new();

    public DamagedListTests() => _folder.Images("a.png", "sub dir/b, c.jpg", "jpg/a.jpg", "jpg/b.jpg", "jpg/c.png");

    public static TheoryData<string> Lists => new(
        "a.png 1\nsub dir/b, c.jpg 2\n",
        "a.png, 1, 0\r\nsub dir/b, c.jpg, 2, 0\r\n",
        "image_id class_id super_class_id path\n1 1 1 a.png\n2 2 1 sub dir/b, c.jpg\n");

    [Theory]
    [MemberData(nameof(Lists))]
    public void List_files(string text) => Damage("list.txt", text, path => ListFileDataset.Read(path));

    [Fact]
    public void Ground_truths() => Damage(
        "gnd.json",
        """{"imlist": ["a", "b"], "qimlist": ["c"], "gnd": [{"bbx": [1, 2.5, 30, 40], "easy": [0], "hard": [], "junk": [1]}]}""",
        path => LandmarkBenchmark.Read(path));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Label_files(bool compressed) => Damage("labels.mat", MatFixture.Column([2, 2, 7, 9, 1501], compressed), path => LabelFile.Read(path));

    [Theory]
    [InlineData("images.bin")]
    [InlineData("points3D.bin")]
    [InlineData("cameras.bin")]
    [InlineData("images.txt")]
    [InlineData("points3D.txt")]
    [InlineData("cameras.txt")]
    public void Models(string file)
    {
        ColmapFixture.Write(_folder.Path, binary: file.EndsWith(".bin", StringComparison.Ordinal));
        Damage(file, File.ReadAllBytes(_folder.At(file)), _ => ColmapModel.Read(_folder.Path, ""), _folder.Path);
    }

    [Fact]
    public void A_long_line_takes_linear_time()
    {
        var list = _folder.Text("long.txt", new string(' ', 1_000_000) + ".jp g" + new string(',', 1_000_000));
        Assert.Throws<InvalidDataException>(() => ListFileDataset.Read(list));
    }

    public void Dispose() => _folder.Dispose();

    private void Damage(string name, string text, Action<string> read) => Damage(name, Encoding.UTF8.GetBytes(text), read);

    private void Damage(string name, byte[] valid, Action<string> read, string? blamed = null)
    {
        var random = new Random(Seed);
        File.WriteAllBytes(_folder.At(name), valid);
        read(_folder.At(name));
        var refused = 0;
        for (var mutation = 0; mutation < Mutations; mutation++)
        {
            var path = _folder.At(name);
            File.WriteAllBytes(path, Mutate(valid, random));
            try
            {
                read(path);
            }
            catch (Exception problem) when (problem is InvalidDataException or IOException)
            {
                refused++;
                Assert.StartsWith(blamed ?? path, problem.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(problem.Message, letter => char.IsControl(letter));
            }
        }
        Assert.InRange(refused, Mutations / 4, Mutations - 1);
    }

    private static byte[] Mutate(byte[] valid, Random random)
    {
        var bytes = valid.ToList();
        for (var edits = random.Next(1, 4); edits > 0 && bytes.Count > 0; edits--)
        {
            var place = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(place);
                    break;
                case 2:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                case 3:
                    bytes.Insert(place, (byte)random.Next(256));
                    break;
                default:
                    bytes.InsertRange(place, bytes.GetRange(0, random.Next(bytes.Count)));
                    break;
            }
        }
        return [.. bytes];
    }
}
