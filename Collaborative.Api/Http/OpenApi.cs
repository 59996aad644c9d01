using System.Text.Json;
using System.Text.Json.Nodes;
using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Collaborative.Api.Http;

/// <summary>The OpenAPI document: made from what each endpoint declares, so that it cannot say anything else.</summary>
internal static class OpenApi
{
    public const string DocumentPath = "/openapi/v1.json";

    private const string Version = "v1";

    public static void Add(IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc(Version, new OpenApiInfo
            {
                Title = "Collaborative",
                Version = Version,
                Description = "The learning system of improvement collaboratives: teams submit their months, everyone sees the run chart.",
            });
            options.AddSecurityDefinition("key", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key: cbl_…" });
            options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] });
            options.MapType<Month>(() => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = @"^\d{4}-\d{2}$", Examples = [JsonValue.Create("2026-03")] });
            options.MapType<Month?>(() => new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Pattern = @"^\d{4}-\d{2}$", Examples = [JsonValue.Create("2026-03")] });
            options.MapType<SignalSet>(() => new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } });
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.SchemaFilter<NamesFilter>();
            options.OperationFilter<ContractFilter>();
        });
    }

    public static void Map(WebApplication app)
    {
        app.UseSwagger(options =>
        {
            options.RouteTemplate = "openapi/{documentName}.json";
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        });
        app.UseSwaggerUI(options =>
        {
            options.SwaggerEndpoint(DocumentPath, "Collaborative");
            options.RoutePrefix = "swagger";
        });
    }

    /// <summary>The document as text, the same every time.</summary>
    public static async Task<string> Write(IServiceProvider services)
    {
        var document = services.GetRequiredService<ISwaggerProvider>().GetSwagger(Version);
        return (await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1)).ReplaceLineEndings("\n") + "\n";
    }

    /// <summary>Enumerations by the names that the API speaks.</summary>
    private sealed class NamesFilter : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            var type = Nullable.GetUnderlyingType(context.Type) ?? context.Type;
            if (type.IsEnum && schema is OpenApiSchema names)
            {
                names.Type = JsonSchemaType.String;
                names.Format = null;
                names.Enum = [.. Enum.GetNames(type).Select(name => (JsonNode)JsonNamingPolicy.CamelCase.ConvertName(name))];
            }
        }
    }

    private sealed class ContractFilter : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<Contract>().FirstOrDefault() is not { } contract)
            {
                return;
            }

            operation.Summary = contract.Summary;
            operation.Tags = null;
            operation.Parameters = [.. Parameters(context, contract)];
            if (contract.Body is { } body)
            {
                var schema = body == typeof(string) ? new OpenApiSchema { Type = JsonSchemaType.String } : context.SchemaGenerator.GenerateSchema(body, context.SchemaRepository);
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = contract.BodyTypes.ToDictionary(type => type, _ => (IOpenApiMediaType)new OpenApiMediaType { Schema = schema }),
                };
            }

            operation.Responses = [];
            foreach (var status in contract.Statuses)
            {
                operation.Responses.Add($"{status}", new OpenApiResponse
                {
                    Description = status switch { 201 => "Made.", 202 => "Taken on; Location says where to look.", _ => "Done." },
                    Content = contract.AnswerTypes.ToDictionary(type => type, type => (IOpenApiMediaType)new OpenApiMediaType
                    {
                        Schema = type == Json.ContentType && contract.Answer is { } answer
                            ? context.SchemaGenerator.GenerateSchema(answer, context.SchemaRepository)
                            : new OpenApiSchema { Type = JsonSchemaType.String },
                    }),
                });
            }

            operation.Responses.Add("default", new OpenApiResponse
            {
                Description = "Refused: a code for programs and a sentence for people.",
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problems.ContentType] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDocument), context.SchemaRepository) },
                },
            });
        }

        private static IEnumerable<IOpenApiParameter> Parameters(OperationFilterContext context, Contract contract)
        {
            foreach (var part in (context.ApiDescription.RelativePath ?? "").Split('/', '.').Where(part => part.StartsWith('{')))
            {
                yield return Parameter(part.Trim('{', '}'), ParameterLocation.Path, null, "string", required: true);
            }

            foreach (var parameter in contract.Parameters)
            {
                yield return Parameter(parameter.Name, ParameterLocation.Query, parameter.Description, parameter.Type, required: false);
            }

            if (contract.TakesPreconditions)
            {
                yield return Parameter("If-Match", ParameterLocation.Header, "The revision that is replaced, like \"3\", or *.", "string", required: false);
                yield return Parameter("If-None-Match", ParameterLocation.Header, "* to create only.", "string", required: false);
            }

            if (contract.TakesIdempotencyKey)
            {
                yield return Parameter("Idempotency-Key", ParameterLocation.Header, "Makes sending again safe.", "string", required: false);
            }
        }

        private static OpenApiParameter Parameter(string name, ParameterLocation where, string? description, string type, bool required) => new()
        {
            Name = name,
            In = where,
            Description = description,
            Required = required,
            Schema = new OpenApiSchema
            {
                Type = type switch { "integer" => JsonSchemaType.Integer, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
            },
        };
    }
}
