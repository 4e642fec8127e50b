import fc from "fast-check";
import { openapiDocument } from "./document.ts";
import type { Schema } from "./openapi.ts";

const schemas: Readonly<Record<string, Schema>> = openapiDocument.components.schemas;

/** Values that a schema allows; as much of JSON Schema as the document uses for requests. */
export function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  if (typeof schema.$ref === "string") {
    const { $ref, ...rest } = schema;
    return arbitraryOf({ ...schemas[$ref.replace(/^.*\//, "")], ...rest });
  }
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(arbitraryOf));
  switch (schema.type) {
    case "string":
      return typeof schema.pattern === "string"
        ? fc.stringMatching(new RegExp(schema.pattern))
        : anyText(schema);
    case "integer":
      return fc.integer({ min: Number(schema.minimum ?? 0), max: Number(schema.maximum ?? 1_000) });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(arbitraryOf(schema.items as Schema), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: 5,
      });
    case "object": {
      const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
      const record = Object.fromEntries(properties.map(([name, each]) => [name, arbitraryOf(each)]));
      return fc.record(record, { requiredKeys: (schema.required ?? []) as string[] });
    }
    default:
      throw new Error(`no values are known for ${JSON.stringify(schema)}`);
  }
}

/** Lines that mean something, and any other text. */
function anyText({ maxLength }: Schema): fc.Arbitrary<string> {
  const line = fc.constantFrom(
    ...[
      "/sample.li/a.jpg",
      "/sample.li/a/*",
      "https://sample.li/a.jpg",
      "/a.jpg?w=100",
      "?w=100",
      "product-17",
    ],
    ...["/width/500/n/sample.li/a.jpg", "/v7/sample.li/a.jpg?w=5", "%", "/*", "/%00", "../..", "wait=0"],
  );
  const text = fc.string({ unit: "binary", maxLength: Math.min(100, Number(maxLength ?? 100)) });
  return fc.oneof(line, fc.string(), text);
}
