import type { TestApp } from "./open-test-app.ts";

type Schema = Record<string, unknown> & {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
};
type Parameter = { in: string; name: string; required?: boolean; schema: Schema };
type Operation = {
  parameters?: Parameter[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
  security?: Record<string, unknown>[];
  "x-permission"?: string;
};

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A route as the API's own description tells it. */
export type DescribedRoute = {
  name: string;
  method: Method;
  path: string;
  permission: string | null;
  parameters: Parameter[];
  body: Schema | null;
  /** Of the answer that is JSON, by status: "200", "4XX". */
  answers: Record<string, Schema>;
};

export type Description = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

export async function readDescription(site: TestApp): Promise<Description> {
  const answer = await site.app.inject({ method: "GET", url: "/api/openapi.json" });
  return answer.json<Description>();
}

/** Every route that asks for a sign-in. */
export const listStaffRoutes = (description: Description): DescribedRoute[] =>
  listRoutesFor(description, "session");

/** Every route that asks for the key of a box. */
export const listBoxRoutes = (description: Description): DescribedRoute[] =>
  listRoutesFor(description, "boxKey");

function listRoutesFor({ paths, components }: Description, scheme: string): DescribedRoute[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { security = [] }]) => security.some((each) => scheme in each))
      .map(([method, operation]): DescribedRoute => {
        const jsonOf = (content: Record<string, { schema?: Schema }> | undefined) =>
          content?.["application/json"]?.schema;
        const answers = Object.entries(operation.responses).flatMap(([status, { content }]) => {
          const schema = jsonOf(content);
          return schema ? [[status, inline(schema, components)] as const] : [];
        });
        return {
          name: `${method.toUpperCase()} ${path}`,
          method: method.toUpperCase() as Method,
          path,
          permission: operation["x-permission"] ?? null,
          parameters: operation.parameters ?? [],
          body: jsonOf(operation.requestBody?.content) ?? null,
          answers: Object.fromEntries(answers),
        };
      }),
  );
}

function inline(schema: Schema, components: Description["components"]): Schema {
  const reference = typeof schema.$ref === "string" ? schema.$ref : null;
  const named = reference && components.schemas[reference.split("/").at(-1) ?? ""];
  return named || schema;
}

/** The smallest value that a schema takes; `idOf` gives an id for the property that asks for one. */
export function makeSample(
  schema: Schema,
  idOf: (property: string) => string,
  property = "",
): unknown {
  const choices = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (choices?.[0]) return makeSample(choices[0], idOf, property);
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  switch (schema.type) {
    case "object": {
      const required = new Set((schema.required as string[] | undefined) ?? []);
      const properties = Object.entries(schema.properties ?? {});
      return Object.fromEntries(
        properties
          .filter(([name]) => required.has(name) || /Ids?$/.test(name))
          .map(([name, part]) => [name, makeSample(part, idOf, name)]),
      );
    }
    case "array": {
      const least = Number(schema.minItems ?? (/Ids$/.test(property) ? 1 : 0));
      return Array.from({ length: least }, () => makeSample(schema.items ?? {}, idOf, property));
    }
    case "integer":
    case "number":
      return Math.max(Number(schema.minimum ?? 0), 0);
    case "boolean":
      return false;
    case "string":
      return sampleText(schema, idOf, property);
    default:
      return null;
  }
}

function sampleText(schema: Schema, idOf: (property: string) => string, property: string): string {
  if (schema.format === "uuid" || /Ids?$/.test(property)) return idOf(property);
  if (schema.format === "email") return "somebody@example.test";
  if (schema.format === "date") return "2026-01-01";
  if (schema.format === "date-time") return "2026-01-01T00:00:00Z";
  const pattern = String(schema.pattern ?? "");
  if (pattern.includes("#")) return "#0b6e4f";
  if (pattern.includes("A-Z")) return "VN";
  return "x".repeat(Math.max(Number(schema.minLength ?? 1), 1));
}
