using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Descent;

/// <summary>Reads what the Python archives of CIFAR hold: dictionaries, lists, numbers, texts and arrays of bytes of NumPy.</summary>
/// <remarks>
/// A pickle is a program. Of its instructions only those that make these values are known, and of what it may call only NumPy's array and its
/// type; nothing of a file is ever run. Values: <c>long</c>, <c>double</c>, <c>bool</c>, null, <c>byte[]</c> (texts of Python 2 and bytes),
/// <c>string</c>, <c>List&lt;object?&gt;</c> (lists and tuples), <c>Dictionary&lt;string, object?&gt;</c>, <see cref="NumpyBytes"/>.
/// Source: CPython, Lib/pickletools.py; NumPy, <c>ndarray.__reduce__</c>.
/// </remarks>
internal sealed class Pickle
{
    private const int MostDepth = 100_000;

    private static readonly object s_mark = new();

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly string _file;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private int _at;

    private Pickle(ReadOnlyMemory<byte> bytes, string file)
    {
        (_bytes, _file) = (bytes, file);
    }

    /// <summary>A NumPy array of unsigned bytes in C order.</summary>
    internal sealed class NumpyBytes
    {
        public int[] Sizes { get; set; } = [];

        public byte[] Values { get; set; } = [];
    }

    private sealed record Callable(string Name);

    private sealed record NumpyType(string Code);

    /// <exception cref="DataFormatException">The pickle is damaged, or would do more than hold these values.</exception>
    public static object? Read(ReadOnlyMemory<byte> bytes, string file) => new Pickle(bytes, file).Run();

    private object? Run()
    {
        while (true)
        {
            int start = _at;
            byte code = Take(1)[0];
            switch ((char)code)
            {
                case '\x80': Take(1); break;
                case '\x95': Take(8); break;
                case '.': return Pop();
                case '(': Push(s_mark); break;
                case 'N': Push(null); break;
                case '\x88': Push(true); break;
                case '\x89': Push(false); break;
                case 'K': Push((long)Take(1)[0]); break;
                case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case '\x8a': Push(Long(Take(Take(1)[0]), start)); break;
                case 'I': Push(Whole(Line(), start)); break;
                case 'L': Push(Whole(Line().TrimEnd('L'), start)); break;
                case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case 'U' or 'C': Push(Take(Take(1)[0]).ToArray()); break;
                case 'T' or 'B': Push(Take(Length(4, start)).ToArray()); break;
                case '\x8e': Push(Take(Length(8, start)).ToArray()); break;
                case 'X': Push(Encoding.UTF8.GetString(Take(Length(4, start)))); break;
                case '\x8c': Push(Encoding.UTF8.GetString(Take(Take(1)[0]))); break;
                case '\x8d': Push(Encoding.UTF8.GetString(Take(Length(8, start)))); break;
                case ']' or ')': Push(new List<object?>()); break;
                case '}': Push(new Dictionary<string, object?>(StringComparer.Ordinal)); break;
                case 'l' or 't': Push(ToMark(start)); break;
                case 'd':
                    List<object?> pairs = ToMark(start);
                    Push(new Dictionary<string, object?>(StringComparer.Ordinal));
                    SetItems(pairs, start);
                    break;
                case '\x85': Push(Last(1, start)); break;
                case '\x86': Push(Last(2, start)); break;
                case '\x87': Push(Last(3, start)); break;
                case 'a':
                    object? item = Pop();
                    Top<List<object?>>(start).Add(item);
                    break;
                case 'e':
                    List<object?> items = ToMark(start);
                    Top<List<object?>>(start).AddRange(items);
                    break;
                case 's': SetItems(Last(2, start), start); break;
                case 'u': SetItems(ToMark(start), start); break;
                case 'q': _memo[Take(1)[0]] = Peek(start); break;
                case 'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(start); break;
                case 'p': _memo[Whole(Line(), start)] = Peek(start); break;
                case '\x94': _memo[_memo.Count] = Peek(start); break;
                case 'h': Push(Memo(Take(1)[0], start)); break;
                case 'j': Push(Memo(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), start)); break;
                case 'g': Push(Memo(Whole(Line(), start), start)); break;
                case 'c': Push(Global(Line(), Line(), start)); break;
                case '\x93':
                    List<object?> names = Last(2, start);
                    Push(Global(TextOf(names[0], start), TextOf(names[1], start), start));
                    break;
                case 'R':
                    List<object?> call = Last(2, start);
                    Push(Call(call[0], call[1] as List<object?> ?? throw Damaged(start, "a call without arguments"), start));
                    break;
                case 'b': Build(Pop(), start); break;
                case '0': Pop(); break;
                default:
                    throw Damaged(start, $"instruction 0x{code:x2}, which arrays and lists do not need");
            }
        }
    }

    private Callable Global(string module, string name, int start) => $"{module}.{name}" switch
    {
        "numpy.core.multiarray._reconstruct" or "numpy._core.multiarray._reconstruct" => new("array"),
        "numpy.ndarray" => new("ndarray"),
        "numpy.dtype" => new("dtype"),
        "_codecs.encode" => new("encode"),
        string other => throw Damaged(start, $"a call of {other}, which is not done for any file"),
    };

    private object Call(object? callable, List<object?> arguments, int start) => (callable, arguments) switch
    {
        (Callable { Name: "array" }, [Callable { Name: "ndarray" }, ..]) => new NumpyBytes(),
        (Callable { Name: "dtype" }, [object type, ..]) => new NumpyType(TextOf(type, start)),
        // Python 3 writes bytes for older readers as text whose characters are the bytes.
        (Callable { Name: "encode" }, [string text, object encoding]) when TextOf(encoding, start) is "latin1" => Encoding.Latin1.GetBytes(text),
        _ => throw Damaged(start, "a call that makes no array"),
    };

    private void Build(object? state, int start)
    {
        switch (Peek(start), state)
        {
            case (NumpyType, List<object?>):
                return;
            case (NumpyBytes array, List<object?> and [_, List<object?> sizes, NumpyType { Code: "u1" or "|u1" }, false, byte[] values]):
                array.Sizes = [.. sizes.Select(size => size is long and >= 0 and <= int.MaxValue ? (int)(long)size : throw Damaged(start, "a size that is none"))];
                array.Values = values;
                long count = array.Sizes.Aggregate(1L, (product, size) => Math.Min(long.MaxValue >> 32, product * size));
                if (count != values.Length)
                {
                    throw Damaged(start, $"an array of sizes ({string.Join(", ", array.Sizes)}) with {values.Length} bytes");
                }

                return;
            default:
                throw Damaged(start, "an array that is not of unsigned bytes in C order");
        }
    }

    private void SetItems(List<object?> pairs, int start)
    {
        Dictionary<string, object?> into = Top<Dictionary<string, object?>>(start);
        for (int i = 0; i + 1 < pairs.Count; i += 2)
        {
            into[TextOf(pairs[i], start)] = pairs[i + 1];
        }
    }

    /// <summary>A text, also as Python 2 wrote it.</summary>
    private string TextOf(object? value, int start) => value switch
    {
        string text => text,
        byte[] bytes => Encoding.Latin1.GetString(bytes),
        _ => throw Damaged(start, "a value that should be a text"),
    };

    private ReadOnlySpan<byte> Take(int count)
    {
        ReadOnlySpan<byte> left = _bytes.Span[_at..];
        if (count > left.Length)
        {
            throw new DataFormatException(_file, _bytes.Length, $"the pickle ends {count - left.Length} bytes early; it is cut off, fetch it again.");
        }

        _at += count;
        return left[..count];
    }

    private int Length(int width, int start)
    {
        ulong length = width == 4 ? BinaryPrimitives.ReadUInt32LittleEndian(Take(4)) : BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
        return length <= (ulong)(_bytes.Length - _at) ? (int)length : throw Damaged(start, $"a value of {length} bytes, more than follow");
    }

    private string Line()
    {
        int length = _bytes.Span[_at..].IndexOf((byte)'\n');
        if (length is < 0 or > 256)
        {
            throw Damaged(_at, "a line without an end");
        }

        string line = Encoding.Latin1.GetString(Take(length));
        Take(1);
        return line;
    }

    private long Whole(string text, int start) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : throw Damaged(start, "a number that is none");

    private long Long(ReadOnlySpan<byte> bytes, int start)
    {
        if (bytes.Length > 8)
        {
            throw Damaged(start, "a number of more than 64 bits");
        }

        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = value << 8 | bytes[i];
        }

        return value;
    }

    private void Push(object? value)
    {
        // Lists arrive in pieces of 1,000: a deep stack is an attack.
        if (_stack.Count >= MostDepth)
        {
            throw Damaged(_at, $"more than {MostDepth} values at once");
        }

        _stack.Add(value);
    }

    private object? Pop()
    {
        object? value = Peek(_at);
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object? Peek(int start) => _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw Damaged(start, "an instruction for a value that is not there");

    private T Top<T>(int start)
        where T : class => Peek(start) as T ?? throw Damaged(start, "an instruction for a value of another kind");

    private object? Memo(long key, int start) => _memo.TryGetValue(key, out object? value) ? value : throw Damaged(start, "a reference to nothing");

    private List<object?> Last(int count, int start)
    {
        if (_stack.Count < count || _stack[^count..].Contains(s_mark))
        {
            throw Damaged(start, "an instruction for values that are not there");
        }

        List<object?> values = _stack[^count..];
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private List<object?> ToMark(int start)
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
        {
            throw Damaged(start, "the end of a list without its beginning");
        }

        List<object?> values = _stack[(mark + 1)..];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private DataFormatException Damaged(int offset, string what) => new(_file, offset,
        $"the pickle holds {what}; only the archives of CIFAR are read. Take the binary version of the set, or fetch the archive again.");
}
