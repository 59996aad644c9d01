using Collaborative.Domain;

namespace Collaborative.Tests.Rules;

public sealed class CodeTests
{
    [TestCase("a", true)]
    [TestCase("9", true)]
    [TestCase("SPSP-icu_2.b", true)]
    [TestCase("a234567890123456789012345678901234567890", true)]
    [TestCase("a2345678901234567890123456789012345678901", false)]
    [TestCase(null, false)]
    [TestCase("", false)]
    [TestCase("-a", false)]
    [TestCase(".a", false)]
    [TestCase("_a", false)]
    [TestCase("a b", false)]
    [TestCase("a/b", false)]
    [TestCase("a\n", false)]
    [TestCase("é", false)]
    [TestCase("aé", false)]
    [TestCase("a\u212A", false)]
    [TestCase("٣", false)]
    public void A_code_has_one_form(string? code, bool valid) => Assert.That(Code.IsValid(code), Is.EqualTo(valid));

    [TestCase("ABC-xyz.9_", "abc-xyz.9_")]
    [TestCase("AZ@[", "az@[")]
    [TestCase("É\u212A\u0130I", "É\u212A\u0130i")]
    public void Its_key_is_the_code_in_ASCII_lower_case(string code, string key) => Assert.That(Code.KeyOf(code), Is.EqualTo(key));
}
