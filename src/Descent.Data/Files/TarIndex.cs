using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>Where the files of a tar archive lie.</summary>
/// <remarks>
/// Formats: ustar, GNU (long names, base-256 sizes) and pax; hard links show the file they name. An archive is untrusted: every header's checksum
/// is checked, no length is believed beyond what can be there, names that lead out of the archive are refused. Of a name that occurs
/// again the last file counts, as when it is unpacked. Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
/// </remarks>
internal sealed class TarIndex
{
    private const int Block = 512;
    private const int MostNameBytes = 1 << 16;
    private const int MostMembers = 20_000_000;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private readonly ITarContent _content;
    private readonly Dictionary<string, TarMember> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private readonly byte[] _header = new byte[Block];
    private string? _longName, _longLink;
    private long? _paxSize;
    private int _repeated, _links, _others, _hidden;

    private TarIndex(ITarContent content)
    {
        _content = content;
        ReadAll();
        Files = [.. _files.Values.OrderBy(file => file.Path, StringComparer.Ordinal)];
        EmptyFolders = [.. _folders.Except(FoldersOf(_files.Keys)).Order(StringComparer.Ordinal)];
        var notes = new List<string>();
        Note(_repeated, "members occur again under the same name; the last of each counts, as when they are unpacked");
        Note(_links, "symbolic links are left out");
        Note(_others, "members that are neither files nor folders are left out");
        Note(_hidden, "hidden files (names that begin with a dot) are left out");
        Notes = notes;

        void Note(int count, string what)
        {
            if (count > 0)
            {
                notes.Add($"{count} {what} ({content.Name}).");
            }
        }
    }

    /// <summary>In ordinal order of their paths, none twice.</summary>
    public TarMember[] Files { get; }

    /// <summary>Folders that the archive names, but holds no file of.</summary>
    public IReadOnlyList<string> EmptyFolders { get; }

    /// <summary>What was left out.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <exception cref="DataFormatException">The archive is damaged, cut off, or leads out of itself.</exception>
    public static TarIndex Read(ITarContent content) => new(content);

    private void ReadAll()
    {
        for (int members = 0; ; members++)
        {
            long at = _content.Position;
            int taken = _content.Take(_header);
            if (taken == Block && !_header.AsSpan().ContainsAnyExcept((byte)0))
            {
                _content.Finish();
                return;
            }

            if (taken < Block)
            {
                throw new DataFormatException(_content.Name, at + taken, members == 0
                    ? "the file is too short for a tar archive."
                    : $"the archive ends after {members} members without its end mark; it is cut off, fetch it again.");
            }

            CheckSum(at, members);
            if (members == MostMembers)
            {
                throw new DataFormatException(_content.Name, at, $"the archive has more than {MostMembers} members; split it.");
            }

            ReadMember(at);
        }
    }

    private void ReadMember(long at)
    {
        char type = (char)_header[156];
        long size = Number(124, 12, at);
        if (type is 'x' or 'g' or 'L' or 'K')
        {
            ReadExtension(type, Extension(size, at));
            return;
        }

        size = _paxSize ?? size;
        bool hasContent = type is '0' or '\0' or '7' or not ((>= '1' and <= '6') or 'V');
        string path = Normal(_longName ?? HeaderName(), at);
        string link = _longLink ?? Text(157, 100);
        (_longName, _longLink, _paxSize) = (null, null, null);
        if (!hasContent)
        {
            size = 0;
        }

        if (size < 0 || size > _content.MostLeft)
        {
            throw new DataFormatException(_content.Name, at + 124,
                $"the member {path} claims {size} bytes, but at most {Math.Max(0, _content.MostLeft)} can follow; the archive is cut off or damaged, fetch it again.");
        }

        switch (type)
        {
            case '0' or '\0' or '7' when path.Length > 0 && !path.EndsWith('/'):
                if (IsHidden(path))
                {
                    _hidden++;
                    _content.Skip(size);
                }
                else
                {
                    Add(new(path, _content.Position, size, _content.Keep(size, path)));
                }

                break;
            case '0' or '\0' or '7' or '5':
                AddFolder(path.TrimEnd('/'));
                _content.Skip(size);
                break;
            case '1' when _files.TryGetValue(Normal(link, at), out TarMember target):
                Add(target with { Path = path });
                break;
            case '1' or '2':
                _links++;
                break;
            default:
                _others++;
                _content.Skip(size);
                break;
        }

        _content.Skip((Block - size % Block) % Block);
    }

    private void Add(TarMember file)
    {
        _repeated += _files.ContainsKey(file.Path) ? 1 : 0;
        _files[file.Path] = file;
    }

    private void AddFolder(string path)
    {
        if (path.Length > 0 && !IsHidden(path))
        {
            _folders.Add(path);
        }
    }

    private static bool IsHidden(string path) =>
        path[0] == '.' || path.Contains("/.", StringComparison.Ordinal) || path.StartsWith("__MACOSX/", StringComparison.Ordinal);

    private static HashSet<string> FoldersOf(IEnumerable<string> files)
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            for (int slash = file.LastIndexOf('/'); slash > 0 && folders.Add(file[..slash]); slash = file.LastIndexOf('/', slash - 1))
            {
            }
        }

        return folders;
    }

    /// <summary>A long name, or records that amend the next header.</summary>
    private void ReadExtension(char type, ReadOnlySpan<byte> content)
    {
        switch (type)
        {
            case 'L':
                _longName = s_utf8.GetString(content.TrimEnd((byte)0));
                return;
            case 'K':
                _longLink = s_utf8.GetString(content.TrimEnd((byte)0));
                return;
            case 'g':
                return;
        }

        // Each record: its own length in decimal, a space, KEY=VALUE, a line feed.
        while (!content.IsEmpty)
        {
            int space = content.IndexOf((byte)' ');
            if (space < 1 || !int.TryParse(content[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 1 || length > content.Length)
            {
                throw new DataFormatException(_content.Name, _content.Position, "a pax record is damaged; fetch the archive again.");
            }

            ReadOnlySpan<byte> record = content[(space + 1)..(length - 1)];
            content = content[length..];
            int equals = record.IndexOf((byte)'=');
            if (equals < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> key = record[..equals], value = record[(equals + 1)..];
            if (key.SequenceEqual("path"u8))
            {
                _longName = s_utf8.GetString(value);
            }
            else if (key.SequenceEqual("linkpath"u8))
            {
                _longLink = s_utf8.GetString(value);
            }
            else if (key.SequenceEqual("size"u8))
            {
                _paxSize = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long size)
                    ? size
                    : throw new DataFormatException(_content.Name, _content.Position, "the size in a pax record is no number; fetch the archive again.");
            }
        }
    }

    private byte[] Extension(long size, long at)
    {
        if (size is < 0 or > MostNameBytes)
        {
            throw new DataFormatException(_content.Name, at + 124,
                $"a name or its records claim {size} bytes, more than {MostNameBytes}; the archive is damaged.");
        }

        byte[] content = new byte[size];
        int taken = _content.Take(content);
        _content.Skip((Block - size % Block) % Block);
        return taken == size ? content : throw new DataFormatException(_content.Name, at + Block + taken,
            "the archive ends within a name; it is cut off, fetch it again.");
    }

    private string HeaderName()
    {
        string name = Text(0, 100);
        // Only ustar parts long names; GNU's older format keeps times in that place.
        bool isUstar = _header.AsSpan(257, 6).SequenceEqual("ustar\0"u8);
        string prefix = isUstar ? Text(345, 155) : "";
        return prefix.Length > 0 ? $"{prefix}/{name}" : name;
    }

    /// <summary>A path without <c>.</c> and doubled slashes.</summary>
    private string Normal(string path, long at)
    {
        string[] parts = path.Split('/');
        if (path.StartsWith('/') || parts.Contains("..") || path.Contains('\0', StringComparison.Ordinal))
        {
            throw new DataFormatException(_content.Name, at,
                $"the member '{path.Replace("\0", "\\0", StringComparison.Ordinal)}' leads out of the archive; such an archive is not to be trusted. "
                + "Pack the folder anew from within.");
        }

        string normal = string.Join('/', parts.Where(part => part.Length > 0 && part != "."));
        return path.EndsWith('/') && normal.Length > 0 ? normal + "/" : normal;
    }

    private string Text(int start, int length)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(start, length);
        int end = field.IndexOf((byte)0);
        return s_utf8.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>A number in octal digits, or, marked by its highest bit, in base 256.</summary>
    private long Number(int start, int length, long at)
    {
        ReadOnlySpan<byte> field = _header.AsSpan(start, length);
        long value = 0;
        if (field[0] >= 0x80)
        {
            foreach (byte digit in field[1..])
            {
                value = value < 1L << 54 ? value << 8 | digit : throw Damaged("is too large");
            }

            return field[0] == 0x80 ? value : throw Damaged("is negative");
        }

        foreach (byte digit in field.Trim(" \0"u8))
        {
            value = digit is >= (byte)'0' and <= (byte)'7' ? value * 8 + digit - '0' : throw Damaged("is not octal");
        }

        return value;

        DataFormatException Damaged(string how) =>
            new(_content.Name, at + start, $"a number of the member {Text(0, 100)} {how}; the archive is damaged, fetch it again.");
    }

    private void CheckSum(long at, int members)
    {
        int sum = 8 * ' ';
        for (int i = 0; i < Block; i++)
        {
            sum += i is >= 148 and < 156 ? 0 : _header[i];
        }

        ReadOnlySpan<byte> field = _header.AsSpan(148, 8).Trim(" \0"u8);
        int declared = 0;
        foreach (byte digit in field)
        {
            declared = digit is >= (byte)'0' and <= (byte)'7' && declared < 1 << 24 ? declared * 8 + digit - '0' : -1;
            if (declared < 0)
            {
                break;
            }
        }

        if (field.IsEmpty || declared != sum)
        {
            throw new DataFormatException(_content.Name, at, members == 0
                ? "this is no tar archive; folders, .tar and .tar.gz are read."
                : $"the header after {members} members has a wrong checksum; the archive is damaged, fetch it again.");
        }
    }
}
