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
            options.TagActionsBy(endpoint => [Tag(endpoint.RelativePath ?? "")]);
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.SchemaFilter<NamesFilter>();
            options.OperationFilter<ContractFilter>();
            options.DocumentFilter<HeadFilter>();
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

    /// <summary>What an address is about: the first thing in it that is not just the way to it.</summary>
    private static string Tag(string path)
    {
        var names = path.Split('/').Where(part => !part.StartsWith('{')).Select(part => part.Split('.')[0]).ToList();
        return names.FirstOrDefault(name => name is not ("api" or "v1" or "collaboratives" or "teams" or "measures")) ?? names[^1];
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
            operation.Parameters = [.. Parameters(context, contract)];
            if (contract.Body is { } body)
            {
                var schema = body == typeof(string) ? new OpenApiSchema { Type = JsonSchemaType.String } : context.SchemaGenerator.GenerateSchema(body, context.SchemaRepository);
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = !contract.MayLackBody,
                    Content = contract.BodyTypes.ToDictionary(type => type, _ => (IOpenApiMediaType)new OpenApiMediaType { Schema = schema }),
                };
            }

            operation.Responses = [];
            foreach (var status in contract.Statuses)
            {
                operation.Responses.Add($"{status}", new OpenApiResponse
                {
                    Description = status switch { 201 => "Made.", 202 => "Taken on; Location says where to look.", _ => "Done." },
                    Headers = Headers(AnswerHeaders(context, contract, status)),
                    Content = status == StatusCodes.Status204NoContent ? null : contract.AnswerTypes.ToDictionary(type => type, type => (IOpenApiMediaType)new OpenApiMediaType
                    {
                        Schema = type == Json.ContentType && contract.Answer is { } answer
                            ? context.SchemaGenerator.GenerateSchema(answer, context.SchemaRepository)
                            : new OpenApiSchema { Type = JsonSchemaType.String },
                    }),
                });
            }

            if (IsConditionalGet(context, contract))
            {
                operation.Responses.Add("304", new OpenApiResponse { Description = "The copy that If-None-Match names is still good." });
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

        private static bool IsConditionalGet(OperationFilterContext context, Contract contract) => context.ApiDescription.HttpMethod == HttpMethods.Get && contract.IsConditional;

        private static IEnumerable<Parameter> AnswerHeaders(OperationFilterContext context, Contract contract, int status)
        {
            if (contract.TakesPreconditions || IsConditionalGet(context, contract))
            {
                yield return new Parameter("ETag", contract.TakesPreconditions ? "The revision, for the next If-Match." : "What the answer goes by, for the next If-None-Match.");
            }

            if (status is StatusCodes.Status201Created or StatusCodes.Status202Accepted)
            {
                yield return new Parameter("Location", status == StatusCodes.Status201Created ? "The address of what was made." : "Where to look how far it has come.");
            }

            if (status == StatusCodes.Status202Accepted)
            {
                yield return new Parameter("Retry-After", "In how many seconds to look.", "integer");
            }

            if (contract.TakesIdempotencyKey)
            {
                yield return new Parameter("Idempotency-Replayed", "true where the first request with this Idempotency-Key is answered again.", "boolean");
            }

            foreach (var header in contract.AnswerHeaders)
            {
                yield return header;
            }
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

            if (IsConditionalGet(context, contract))
            {
                yield return Parameter("If-None-Match", ParameterLocation.Header, "The ETag of the copy that is there already.", "string", required: false);
            }

            if (contract.TakesIdempotencyKey)
            {
                yield return Parameter("Idempotency-Key", ParameterLocation.Header, "1 to 255 characters, the same whenever the same request is sent again; makes that safe for three days.", "string", required: false);
            }

            foreach (var header in contract.Headers)
            {
                yield return Parameter(header.Name, ParameterLocation.Header, header.Description, header.Type, header.IsRequired);
            }
        }

        private static OpenApiParameter Parameter(string name, ParameterLocation where, string? description, string type, bool required) => new()
        {
            Name = name,
            In = where,
            Description = description,
            Required = required,
            Schema = Schema(type),
        };
    }

    /// <summary>HEAD, where it tells more than GET: every GET can be asked so, and is answered without a body.</summary>
    private sealed class HeadFilter : IDocumentFilter
    {
        public void Apply(OpenApiDocument swaggerDoc, DocumentFilterContext context)
        {
            foreach (var endpoint in context.ApiDescriptions)
            {
                if (endpoint.ActionDescriptor.EndpointMetadata.OfType<Contract>().FirstOrDefault() is not { HeadSummary: { } summary } contract)
                {
                    continue;
                }

                var path = swaggerDoc.Paths[$"/{endpoint.RelativePath}"];
                var get = path.Operations![HttpMethod.Get];
                path.Operations[HttpMethod.Head] = new OpenApiOperation
                {
                    Summary = summary,
                    OperationId = get.OperationId + "Head",
                    Tags = get.Tags,
                    Parameters = [.. get.Parameters!.Where(parameter => parameter.In == ParameterLocation.Path)],
                    Responses = new OpenApiResponses
                    {
                        ["200"] = new OpenApiResponse { Description = "Done; there is no body.", Headers = Headers(contract.AnswerHeaders) },
                        ["default"] = new OpenApiResponse { Description = "Refused, with the status of the same GET; there is no body." },
                    },
                };
            }
        }
    }

    private static Dictionary<string, IOpenApiHeader>? Headers(IEnumerable<Parameter> headers) =>
        headers.ToDictionary(header => header.Name, header => (IOpenApiHeader)new OpenApiHeader { Description = header.Description, Schema = Schema(header.Type) }) is { Count: > 0 } some ? some : null;

    private static OpenApiSchema Schema(string type) => new()
    {
        Type = type switch { "integer" => JsonSchemaType.Integer, "boolean" => JsonSchemaType.Boolean, _ => JsonSchemaType.String },
    };
}
