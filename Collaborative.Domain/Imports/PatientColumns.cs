using System.Collections.Frozen;

namespace Collaborative.Domain.Imports;

/// <summary>Column names that give a file of single patients away: only counts may come in here.</summary>
public static class PatientColumns
{
    /// <summary>The identifiers of 45 CFR 164.514(b)(2) and their usual names in exports, without spaces, hyphens and underscores.</summary>
    private static readonly FrozenSet<string> Names = new[]
    {
        "patient", "patientid", "patientidentifier", "patientno", "patientnumber", "patientname", "patientkey", "patid", "pid",
        "mrn", "mrnumber", "medicalrecordnumber", "medicalrecord", "hospitalnumber", "hospitalno", "nhsnumber", "nhsno", "chinumber", "hcn", "healthcardnumber",
        "medicarenumber", "medicareid", "mbi", "hicn", "memberid", "beneficiaryid", "ssn", "socialsecuritynumber", "nationalid",
        "encounterid", "encounternumber", "visitid", "visitnumber", "accountnumber", "accessionnumber", "csn", "fin",
        "firstname", "givenname", "lastname", "surname", "familyname", "fullname", "dob", "dateofbirth", "birthdate", "birthday",
        "address", "streetaddress", "postcode", "zip", "zipcode", "phone", "phonenumber", "telephone", "email", "emailaddress",
    }.ToFrozenSet();

    /// <summary>The first name in a header that looks like an identifier of patients.</summary>
    public static string? FirstIn(IEnumerable<string> header) => header.FirstOrDefault(IsOne);

    public static Problem Refusal(string column) => new(
        ProblemCode.PatientLevelData,
        $"The column “{(column.Length > 40 ? column[..40] : column)}” looks like it identifies patients. Only counts for a whole month may be sent here; nothing of the file was kept. If the column is something else, rename it.");

    private static bool IsOne(string name) => Names.Contains(string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant());
}
