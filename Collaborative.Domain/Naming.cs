using System.Text.Json;

namespace Collaborative.Domain;

/// <summary>The names of enumerations as the API, its files and the database speak them: camel case.</summary>
public static class Naming
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
