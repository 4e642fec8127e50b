import { type ErrorCode, errorTable } from "@freshet/core";

/** A JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
export type Schema = { readonly [member: string]: unknown };

export interface Parameter {
  readonly name: string;
  readonly in: "query" | "path" | "header";
  readonly required?: boolean;
  readonly description: string;
  readonly schema: Schema;
}

export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly description: string; readonly schema: Schema }>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  /** Of several, one is enough; none for what anybody may ask. */
  readonly security: readonly Readonly<Record<string, readonly []>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly description?: string;
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, Answer>>;
}

export type Method = "get" | "post" | "delete";

export type Paths = Readonly<Record<string, Readonly<Partial<Record<Method, Operation>>>>>;

export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object of which these members are there, and always but for the optional ones. */
export function members(
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required };
}

export const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

export const listOf = (items: Schema): Schema => ({ type: "array", items });

/** Words that mean something, each with a sentence. */
export function words(meanings: Readonly<Record<string, string>>, description?: string): Schema {
  const choices = Object.entries(meanings).map(([word, meaning]) => ({ const: word, description: meaning }));
  return { type: "string", ...(description !== undefined && { description }), oneOf: choices };
}

export function jsonAnswer(description: string, schema: Schema, headers?: Answer["headers"]): Answer {
  return { description, ...(headers && { headers }), content: { "application/json": { schema } } };
}

/** What every request with a key may be answered with. */
export const keyProblems = [
  "key_missing",
  "key_wrong",
  "too_many_guesses",
  "internal",
] as const satisfies readonly ErrorCode[];

/** Problems by status: which codes there are, and what each means. */
export function problems(...codes: readonly ErrorCode[]): Record<string, Answer> {
  const byStatus = Map.groupBy(new Set(codes), (code) => errorTable[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, these]) => {
      const described = these.map((code) => `- \`${code}\`: ${errorTable[code].title}.`).join("\n");
      const own = {
        type: "object",
        properties: { code: { type: "string", enum: these } },
        additionalProperties: true,
      };
      const schema = { allOf: [ref("Problem"), own] };
      const headers = these.includes("quota_exceeded")
        ? quotaHeaders("retry-after")
        : status === 429 || status === 503
          ? retryAfter
          : undefined;
      const content = { "application/problem+json": { schema } };
      return [String(status), { description: described, ...(headers && { headers }), content }];
    }),
  );
}

const retryAfter = {
  "Retry-After": {
    description: "Seconds until it can succeed; absent if it never can.",
    schema: { type: "string" },
  },
} as const;

/** What is left of the quota of a key. @param more further headers */
export function quotaHeaders(...more: readonly "retry-after"[]): NonNullable<Answer["headers"]> {
  const text = { type: "string" };
  return {
    "RateLimit-Policy": {
      description: 'Patterns that the key may purge in a minute: `"purge";q=6000;w=60`.',
      schema: text,
    },
    RateLimit: {
      description: 'What is left, and in how many seconds it is whole again: `"purge";r=5999;t=1`.',
      schema: text,
    },
    ...(more.length > 0 && retryAfter),
  };
}
