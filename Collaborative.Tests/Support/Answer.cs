using System.Text.Json;
using Must = NUnit.Framework.Is;

namespace Collaborative.Tests.Support;

/// <summary>A response: status, headers, and its JSON by pointer, as text.</summary>
public sealed class Answer
{
    private readonly Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);

    public required int Status { get; init; }

    public required string Text { get; init; }

    public required byte[] Bytes { get; init; }

    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string? ETag => Header("ETag");

    public static async Task<Answer> Read(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var answer = new Answer { Status = (int)response.StatusCode, Text = System.Text.Encoding.UTF8.GetString(bytes), Bytes = bytes };
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            answer.headers[name] = values.ToString();
        }

        return answer;
    }

    public string? Header(string name) => headers.GetValueOrDefault(name);

    /// <summary>What a JSON Pointer names: strings as they are, everything else as written, null where there is nothing.</summary>
    public string? At(string pointer) => Find(pointer) is { } found ? found.ValueKind == JsonValueKind.String ? found.GetString() : found.GetRawText() : null;

    public int Count(string pointer = "/items") => Find(pointer)?.GetArrayLength() ?? throw new AssertionException($"There is no {pointer} in {Text}");

    /// <summary>The same member of every item.</summary>
    public IReadOnlyList<string?> Each(string member, string list = "/items") =>
        [.. Enumerable.Range(0, Count(list)).Select(i => At($"{list}/{i}/{member}"))];

    public Answer Is(int status)
    {
        Assert.That(Status, Must.EqualTo(status), () => $"The body was: {Text}");
        return this;
    }

    /// <summary>What the pointer names is this.</summary>
    public Answer Has(string pointer, string? value)
    {
        Assert.That(At(pointer), Must.EqualTo(value), () => $"{pointer} in {Text}");
        return this;
    }

    /// <summary>A problem document of this status and type.</summary>
    public Answer IsProblem(int status, string type)
    {
        Is(status);
        Assert.Multiple(() =>
        {
            Assert.That(Header("Content-Type"), Does.StartWith("application/problem+json"));
            Assert.That(At("/type"), Must.EqualTo($"/problems/{type}"), Text);
            Assert.That(At("/status"), Must.EqualTo($"{status}"));
            Assert.That(At("/title"), Must.Not.Null.And.Not.Empty);
            Assert.That(At("/detail"), Must.Not.Null.And.Not.Empty);
            Assert.That(At("/traceId"), Must.Not.Null.And.Not.Empty);
        });
        return this;
    }

    /// <summary>400, with an error at this place.</summary>
    public Answer IsInvalid(string pointer, string? code = null)
    {
        IsProblem(400, "invalid-request");
        Assert.That(Each("pointer", "/errors"), Does.Contain(pointer), Text);
        if (code is not null)
        {
            Assert.That(Each("code", "/errors").Zip(Each("pointer", "/errors")), Does.Contain((code, pointer)), Text);
        }

        return this;
    }

    /// <summary>The body of a problem but for the trace id, which differs from request to request.</summary>
    public string WithoutTraceId()
    {
        var trace = At("/traceId") ?? throw new AssertionException($"There is no traceId in {Text}");
        return Text.Replace(trace, "…", StringComparison.Ordinal);
    }

    private JsonElement? Find(string pointer)
    {
        var element = Json;
        foreach (var part in pointer.Split('/').Skip(1))
        {
            if (element.ValueKind == JsonValueKind.Array && int.TryParse(part, out var index) && index < element.GetArrayLength())
            {
                element = element[index];
            }
            else if (element.ValueKind == JsonValueKind.Object && element.TryGetProperty(part, out var member))
            {
                element = member;
            }
            else
            {
                return null;
            }
        }

        return element;
    }
}
