using System.Text.Json;

namespace Collaborative.Infrastructure.Connections;

/// <summary>
/// Watches a FHIR answer pass by, part by part, and tells what it is and where its next page is. It keeps nothing of it but one token at a time.
/// </summary>
internal sealed class BundleLinks
{
    /// <summary>No text in a summary is longer.</summary>
    private const int MostBytesOfToken = 1024 * 1024;

    private const int MostBytesOfAddress = 8 * 1024;

    /// <summary>Before some answers; it is no part of their JSON.</summary>
    public static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256, AllowMultipleValues = true };

    private byte[] rest = [];
    private bool hasBegun;
    private JsonReaderState state = new(Options);
    private string top = "";
    private string member = "";
    private string? relation;
    private string? url;

    /// <summary>It is no JSON, or not whole, so that nobody knows whether there is a next page.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The resourceType of the answer.</summary>
    public string? Type { get; private set; }

    /// <summary>The address of the next page as the partner wrote it.</summary>
    public string? Next { get; private set; }

    public void Watch(ReadOnlySpan<byte> part, bool isLast)
    {
        if (IsBroken)
        {
            return;
        }

        byte[] joined = [.. rest, .. part];
        if (!hasBegun)
        {
            if (joined.Length < Mark.Length && !isLast)
            {
                rest = joined;
                return;
            }

            hasBegun = true;
            joined = joined.AsSpan().StartsWith(Mark) ? joined[Mark.Length..] : joined;
        }

        var reader = new Utf8JsonReader(joined, isLast, state);
        try
        {
            while (reader.Read())
            {
                See(ref reader);
            }
        }
        catch (JsonException)
        {
            IsBroken = true;
            rest = [];
            return;
        }

        state = reader.CurrentState;
        rest = joined[(int)reader.BytesConsumed..];
        IsBroken = rest.Length > MostBytesOfToken;
    }

    private void See(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType, reader.CurrentDepth)
        {
            case (JsonTokenType.PropertyName, 1):
                top = Text(ref reader) ?? "";
                break;
            case (JsonTokenType.String, 1) when top == "resourceType":
                Type ??= Text(ref reader);
                break;
            case (JsonTokenType.PropertyName, 3) when top == "link":
                member = Text(ref reader) ?? "";
                break;
            case (JsonTokenType.String, 3) when top == "link" && member == "relation":
                relation = Text(ref reader);
                break;
            case (JsonTokenType.String, 3) when top == "link" && member == "url":
                url = Text(ref reader);
                break;
            case (JsonTokenType.EndObject, 2) when top == "link":
                if (relation == "next")
                {
                    Next ??= url;
                }

                (relation, url) = (null, null);
                break;
            default:
                break;
        }
    }

    private static string? Text(ref Utf8JsonReader reader) => reader.ValueSpan.Length <= MostBytesOfAddress ? reader.GetString() : null;
}
