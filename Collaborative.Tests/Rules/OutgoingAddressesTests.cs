using System.Net;
using Collaborative.Domain.Outgoing;

namespace Collaborative.Tests.Rules;

public sealed class OutgoingAddressesTests
{
    [TestCase("93.184.216.34", true)]
    [TestCase("8.8.8.8", true)]
    [TestCase("172.15.255.255", true)]
    [TestCase("172.32.0.1", true)]
    [TestCase("100.63.255.255", true)]
    [TestCase("2606:2800:220:1:248:1893:25c8:1946", true)]
    [TestCase("::ffff:8.8.8.8", true)]
    [TestCase("0.0.0.0", false)]
    [TestCase("10.1.2.3", false)]
    [TestCase("100.64.0.1", false)]
    [TestCase("127.0.0.1", false)]
    [TestCase("127.255.255.254", false)]
    [TestCase("169.254.169.254", false)]
    [TestCase("172.16.0.1", false)]
    [TestCase("172.31.255.255", false)]
    [TestCase("192.0.0.8", false)]
    [TestCase("192.168.1.1", false)]
    [TestCase("198.19.0.1", false)]
    [TestCase("224.0.0.1", false)]
    [TestCase("255.255.255.255", false)]
    [TestCase("::", false)]
    [TestCase("::1", false)]
    [TestCase("::ffff:127.0.0.1", false)]
    [TestCase("::ffff:10.0.0.1", false)]
    [TestCase("64:ff9b::a00:1", false)]
    [TestCase("2001::1", false)]
    [TestCase("2001:db8::1", false)]
    [TestCase("2002:a00:1::1", false)]
    [TestCase("fc00::1", false)]
    [TestCase("fd12:3456::1", false)]
    [TestCase("fe80::1", false)]
    [TestCase("fec0::1", false)]
    [TestCase("ff02::1", false)]
    public void Only_addresses_that_are_reachable_from_anywhere_are_public(string address, bool expected) =>
        Assert.That(OutgoingAddresses.IsPublic(IPAddress.Parse(address)), Is.EqualTo(expected));

    [TestCase("https://ehr.example.org/reports", null)]
    [TestCase("https://8.8.8.8/", null)]
    [TestCase("http://ehr.example.org/", "https")]
    [TestCase("https://127.0.0.1/", "private")]
    [TestCase("https://127.1/", "private")]
    [TestCase("https://2130706433/", "private")]
    [TestCase("https://0x7f.0.0.1/", "private")]
    [TestCase("https://0177.0.0.1/", "private")]
    [TestCase("https://[::1]/", "private")]
    [TestCase("https://[::ffff:127.0.0.1]/", "private")]
    [TestCase("https://[::ffff:a9fe:a9fe]/", "private")]
    [TestCase("https://169.254.169.254/latest/meta-data", "private")]
    [TestCase("http://listed.example.org/", null)]
    [TestCase("http://LISTED.example.org./", null)]
    [TestCase("http://not.listed.example.org/", "https")]
    [TestCase("http://10.1.2.3/", null)]
    [TestCase("http://10.2.2.3/", "private")]
    [TestCase("http://192.168.7.7/", null)]
    public void An_address_is_refused_with_the_sentence_that_says_what_to_do(string url, string? expected)
    {
        var why = new OutgoingAddresses(["listed.example.org", " 10.1.0.0/16 ", "192.168.7.7"]).WhyNot(new Uri(url));
        Assert.That(why, expected is null ? Is.Null : Does.Contain(expected).And.Contain("Outgoing:AllowedHosts"));
    }

    [TestCase(null, "required")]
    [TestCase("  ", "required")]
    [TestCase("ehr.example.org", "format")]
    [TestCase("/reports", "format")]
    [TestCase("ftp://ehr.example.org/", "format")]
    [TestCase("file:///etc/passwd", "format")]
    [TestCase("https://", "format")]
    [TestCase("https://ehr.example.org/\r\nHost: other", "format")]
    [TestCase("https://ann:secret@ehr.example.org/", "credentials")]
    [TestCase("https://ehr.example.org/#top", "format")]
    public void An_address_has_a_shape(string? url, string expected) =>
        Assert.That(OutgoingAddresses.CheckShape(url, "/url").Select(error => error.Code), Is.EqualTo(new[] { expected }));

    [Test]
    public void A_list_with_something_else_in_it_is_refused() =>
        Assert.That(() => new OutgoingAddresses(["10.1.0.0/99"]), Throws.TypeOf<FormatException>().With.Message.Contains("10.1.0.0/99"));
}
