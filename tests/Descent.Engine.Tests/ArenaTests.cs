namespace Descent.Tests;

public sealed unsafe class ArenaTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1_000_003)]
    public void A_buffer_is_aligned_zeroed_on_request_and_writable_to_its_end(int bytes)
    {
        using var buffer = new NativeBuffer(bytes, zeroed: true);
        Assert.Equal(bytes, buffer.Bytes);
        Assert.Equal(0u, (nuint)buffer.Pointer % NativeBuffer.Alignment);
        Span<byte> all = buffer.AsSpan<byte>();
        Assert.Equal(bytes, all.Length);
        Assert.False(all.ContainsAnyExcept((byte)0));
        all.Fill(0xA5);
        Assert.Equal(bytes / 8, buffer.AsSpan<double>().Length);
    }

    [Fact]
    public void A_disposed_buffer_has_no_memory()
    {
        var buffer = new NativeBuffer(100, zeroed: false);
        buffer.Dispose();
        buffer.Dispose();
        Assert.True(buffer.Pointer is null);
        Assert.Throws<ObjectDisposedException>(() => buffer.AsSpan<byte>().Length);
    }

    [Fact]
    public void Sizes_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NativeBuffer(-1, zeroed: false));
        var error = Assert.Throws<InsufficientMemoryException>(() => new NativeBuffer(long.MaxValue, zeroed: false));
        Assert.Contains("9,223,372,036,854,775,807 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_arena_grows_and_never_shrinks()
    {
        using var arena = new Arena();
        Assert.Equal(0, arena.Bytes);
        arena.Reserve(1000);
        Assert.Equal(1000, arena.Bytes);
        float* before = arena.At(64);
        arena.Reserve(500);
        Assert.Equal(1000, arena.Bytes);
        Assert.True(before == arena.At(64));
        arena.Reserve(4096);
        Assert.Equal(4096, arena.Bytes);
        Assert.Equal(0u, (nuint)arena.At(0) % NativeBuffer.Alignment);
        Assert.Equal(64, (byte*)arena.At(128) - (byte*)arena.At(64));
    }

    [Fact]
    public void An_arena_that_could_not_grow_can_be_used_again()
    {
        using var arena = new Arena();
        arena.Reserve(1000);
        Assert.Throws<InsufficientMemoryException>(() => arena.Reserve(long.MaxValue));
        arena.Reserve(10);
        Assert.True(arena.At(0) is not null);
    }
}
