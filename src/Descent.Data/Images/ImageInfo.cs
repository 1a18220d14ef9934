namespace Descent;

/// <summary>What the header of an image file says.</summary>
/// <param name="Format">By the first bytes; the name's ending does not count.</param>
/// <param name="Width">Columns, as the decoded image will have them.</param>
/// <param name="Height">Rows, as the decoded image will have them.</param>
/// <param name="Channels">Of the decoded image: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
public readonly record struct ImageInfo(ImageFormat Format, int Width, int Height, int Channels);
