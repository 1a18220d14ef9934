using System.Runtime.InteropServices;
using Descent.Kernels;

namespace Descent.KernelBench;

/// <summary>The peer: OpenBLAS on one thread, called directly, so that no interpreter's overhead is counted against it.</summary>
internal sealed unsafe class OpenBlas
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;

    private OpenBlas(nint library)
    {
        _sgemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)
            NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        var config = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_config");
        var core = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "openblas_get_corename");
        Version = $"{Marshal.PtrToStringUTF8((nint)config())}, kernels for {Marshal.PtrToStringUTF8((nint)core())}";
    }

    public string Version { get; }

    /// <summary>Null where no such library is found.</summary>
    public static OpenBlas? Find(string? path) =>
        NativeLibrary.TryLoad(path ?? "libopenblas.so.0", out nint library) ? new OpenBlas(library) : null;

    public void Multiply(GemmShape s, GemmOperands x) => _sgemm(
        RowMajor, s.TransposeA ? Transpose : NoTranspose, s.TransposeB ? Transpose : NoTranspose, s.M, s.N, s.K,
        1, x.A, (int)s.Lda, x.B, (int)s.Ldb, 0, x.C, (int)s.Ldc);
}
