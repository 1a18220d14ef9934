using System.Text.Json;

namespace Descent;

/// <summary>
/// A part of a training that remembers something from step to step, such as early stopping or averaged weights: a checkpoint holds what it
/// remembers, so that the training goes on exactly.
/// </summary>
public interface IResumable
{
    /// <summary>What its state is called in a checkpoint: <c>early_stopping</c>.</summary>
    string StateName { get; }

    /// <summary>Weights that it keeps, in a file of their own; none unless it says so.</summary>
    IReadOnlyDictionary<string, Cell> Cells => System.Collections.ObjectModel.ReadOnlyDictionary<string, Cell>.Empty;

    /// <summary>Writes all else as members of the JSON object that the writer stands in: <see cref="Json.WriteExact"/> for what may be infinite.</summary>
    void SaveState(Utf8JsonWriter json);

    /// <summary>Goes on where <see cref="SaveState"/> stood.</summary>
    void LoadState(JsonElement state);
}
