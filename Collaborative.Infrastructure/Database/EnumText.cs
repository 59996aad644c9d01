using System.Collections.Frozen;
using Collaborative.Domain;

namespace Collaborative.Infrastructure.Database;

/// <summary>Enumerations are stored by the names that the API shows, in camel case.</summary>
internal static class EnumText
{
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.ByValue[value];

    public static T Parse<T>(string text)
        where T : struct, Enum => Names<T>.ByName[text];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue =
            Enum.GetValues<T>().ToFrozenDictionary(value => value, Naming.Of);

        public static readonly FrozenDictionary<string, T> ByName = ByValue.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);
    }
}
