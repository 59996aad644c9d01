using System.Collections.Frozen;

namespace Collaborative.Domain.Imports;

/// <summary>Column names that give a file of single patients away: only counts may come in here.</summary>
public static class PatientColumns
{
    /// <summary>The identifiers of 45 CFR 164.514(b)(2) and their usual names in exports, without spaces, hyphens and underscores.</summary>
    private static readonly FrozenSet<string> Names = new[]
    {
        "person", "personid", "personidentifier", "personnumber", "subject", "subjectid", "caseid", "casenumber", "initials",
        "patient", "patientid", "patientidentifier", "patientno", "patientnumber", "patientname", "patientkey", "patid", "pid",
        "mrn", "mrnumber", "medicalrecordnumber", "medicalrecord", "hospitalnumber", "hospitalno", "nhsnumber", "nhsno", "chi", "chinumber", "hcn", "healthcardnumber",
        "medicarenumber", "medicareid", "mbi", "hicn", "memberid", "beneficiaryid", "ssn", "socialsecuritynumber", "nationalid",
        "encounterid", "encounternumber", "visitid", "visitnumber", "accountnumber", "accessionnumber", "csn", "fin",
        "firstname", "givenname", "lastname", "surname", "familyname", "fullname", "dob", "dateofbirth", "birthdate", "birthday",
        "admissiondate", "dateofadmission", "dischargedate", "dateofdischarge",
        "address", "streetaddress", "postcode", "zip", "zipcode", "phone", "phonenumber", "telephone", "email", "emailaddress",
        "patientenid", "patientennr", "patientennummer", "patientenname", "geburtsdatum", "geburtstag", "fallid", "fallnr", "fallnummer", "aufnahmedatum", "entlassungsdatum",
    }.ToFrozenSet();

    /// <summary>Words that make an identifier of patients of any name they stand in, as in “DOB (dd/mm/yyyy)”.</summary>
    private static readonly FrozenSet<string> Telling = new[] { "mrn", "ssn", "dob", "empi", "hicn", "birthdate", "geburtsdatum" }.ToFrozenSet();

    /// <summary>What makes an identifier of a name that begins with “patient”.</summary>
    private static readonly FrozenSet<string> Particulars = new[] { "id", "identifier", "name", "initials", "address", "phone", "email", "surname" }.ToFrozenSet();

    /// <summary>The first name in a header that can be of nobody but patients, even where no team is named: staff have addresses and names too.</summary>
    public static string? FirstCertainIn(IEnumerable<string> header) => header.FirstOrDefault(IsCertain);

    /// <summary>The first name in a header that looks like an identifier of patients.</summary>
    /// <param name="isMeasure">Where a column may be named after a measure: whether there is one of this code, as CHI may be one.</param>
    public static string? FirstIn(IEnumerable<string> header, Func<string, bool>? isMeasure = null) =>
        header.FirstOrDefault(name => IsOne(name) && (isMeasure?.Invoke(name) != true || IsCertain(name)));

    /// <summary>Longer texts are no names of columns.</summary>
    private const int LongestName = 200;

    public static Problem Refusal(string column) => new(
        ProblemCode.PatientLevelData,
        $"The column “{(column.Length > 40 ? column[..40] : column)}” looks like it identifies patients. Only counts for a whole month may be sent here; nothing of the file was kept. If the column is something else, rename it.");

    private static bool IsOne(string name) => Names.Contains(Joined(name)) || IsCertain(name);

    private static bool IsCertain(string name)
    {
        if (name.Length > LongestName)
        {
            return false;
        }

        var words = Words(name);
        return words.Exists(Telling.Contains)
            || (words is ["patient", .., var last] && Particulars.Contains(last))
            || (Names.Contains(Joined(name)) && (Joined(name).StartsWith("patient", StringComparison.Ordinal) || Joined(name) is "nhsnumber" or "medicalrecordnumber" or "dateofbirth" or "socialsecuritynumber"));
    }

    private static string Joined(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>The words of a name in lower case: of PatientMRN and patient_mrn the same two.</summary>
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var ends = i == name.Length || !char.IsLetterOrDigit(name[i]);
            if (ends || (i > start && char.IsUpper(name[i]) && char.IsLower(name[i - 1])))
            {
                if (i > start)
                {
                    words.Add(name[start..i].ToLowerInvariant());
                }

                start = ends ? i + 1 : i;
            }
        }

        return words;
    }
}
