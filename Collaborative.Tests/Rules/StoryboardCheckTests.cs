using System.Text;
using Collaborative.Domain.LearningSessions;

namespace Collaborative.Tests.Rules;

public sealed class StoryboardCheckTests
{
    [TestCase(StoryboardFormat.Pdf, "%PDF-1.7 and so on", true)]
    [TestCase(StoryboardFormat.Pdf, "<html>%PDF-1.7", false)]
    [TestCase(StoryboardFormat.Png, "\u0089PNG\r\n\u001a\n and so on", true)]
    [TestCase(StoryboardFormat.Png, "PNG and so on", false)]
    [TestCase(StoryboardFormat.Jpeg, "\u00ff\u00d8\u00ff and so on", true)]
    [TestCase(StoryboardFormat.Jpeg, "%PDF-1.7", false)]
    [TestCase(StoryboardFormat.Pptx, "PK\u0003\u0004 ppt/presentation.xml", true)]
    [TestCase(StoryboardFormat.Pptx, "PK\u0003\u0004 word/document.xml", false)]
    [TestCase(StoryboardFormat.Pptx, "PK\u0003\u0004 ppt/presentation.xml ppt/vbaProject.bin", false)]
    [TestCase(StoryboardFormat.Pptx, "ppt/presentation.xml", false)]
    [TestCase(StoryboardFormat.Pdf, "", false)]
    public void A_file_is_what_it_is_said_to_be(StoryboardFormat format, string content, bool fits)
    {
        var check = new StoryboardCheck(format);
        check.Take(Encoding.Latin1.GetBytes(content));
        Assert.That(check.WhyNot(), fits ? Is.Null : Is.Not.Null);
    }

    [Test]
    public void A_name_that_lies_across_two_parts_is_seen([Range(5, 28)] int cut)
    {
        var content = Encoding.Latin1.GetBytes("PK\u0003\u0004....ppt/presentation.xml");
        var check = new StoryboardCheck(StoryboardFormat.Pptx);
        check.Take(content.AsSpan(0, cut));
        check.Take(content.AsSpan(cut));
        Assert.That(check.WhyNot(), Is.Null);
    }
}
