"""Prints ErfTable.cs: the error function to 20 digits (mpmath)."""
from mpmath import erf, mp, mpf, nstr

mp.dps = 40
print("namespace Descent.Kernels.Tests;\n")
print("/// <summary>Printed by erf_table.py.</summary>")
print("internal static class ErfTable\n{\n    public static (double X, double Erf)[] Values { get; } =\n    [")
points = ["1e-310", "1e-20", "1e-3", "2.5", "2.9999", "3", "3.25", "4.5", "5.5", "5.9999", "6.5"]
points += [str(k / 8) for k in range(1, 20)]
for x in sorted(points, key=float):
    print(f"        ({x}, {nstr(erf(mpf(float(x))), 20)}),")
print("    ];\n}")
