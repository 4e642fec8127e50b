import { Ajv2020 } from "ajv/dist/2020.js";
import { openapiDocument } from "./document.ts";
import type { Answer, Method, Operation, Schema } from "./openapi.ts";

/** Compiles a schema that refers to the document's. @param schemas those of the document, or stricter ones */
export function compile(schema: Schema, schemas: unknown = openapiDocument.components.schemas) {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
  });
  ajv.addVocabulary(["discriminator"]);
  const whole = JSON.stringify({ ...schema, $defs: schemas });
  return ajv.compile(JSON.parse(whole.replaceAll("#/components/schemas/", "#/$defs/")));
}

/** An object has the members that are named, and no others: here nothing may be added that the document does not say. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, closed(each)]));
  return "properties" in inner && "type" in inner ? { additionalProperties: false, ...inner } : inner;
}

const closedSchemas = closed(openapiDocument.components.schemas);
const validators = new Map<Schema, ReturnType<typeof compile>>();

function validator(schema: Schema) {
  const made = validators.get(schema) ?? compile(closed(schema) as Schema, closedSchemas);
  validators.set(schema, made);
  return made;
}

/** The operation that a request is, and the path in the document's spelling. */
export function operationOf(method: string, path: string): { path: string; operation: Operation } | null {
  // A path that is spelled out comes before one with a name in it.
  const candidates = Object.entries(openapiDocument.paths).toSorted(
    ([one], [other]) => Number(one.includes("{")) - Number(other.includes("{")),
  );
  for (const [template, operations] of candidates) {
    const pattern = new RegExp(`^${template.replace(/[.]/g, "\\.").replace(/\{\w+\}/g, "[^/]+")}$`);
    const operation = operations[method.toLowerCase() as Method];
    if (operation && pattern.test(path)) return { path: template, operation };
  }
  return null;
}

/** @throws Error if an answer is not one that the document names for its request */
export async function checkAnswer(request: Request, response: Response): Promise<void> {
  const { pathname } = new URL(request.url);
  const found = operationOf(request.method, pathname);
  if (!found) {
    if (response.status === 404) return;
    throw new Error(`${request.method} ${pathname} is not in the document, and answers ${response.status}`);
  }
  const what = `${request.method} ${found.path} ${response.status}`;
  const answer: Answer | undefined = found.operation.responses[response.status];
  if (!answer) throw new Error(`${what} is not in the document: ${await response.clone().text()}`);
  const type = (response.headers.get("content-type") ?? "").split(";", 1)[0] as string;
  const content = Object.entries(answer.content ?? {}).find(
    ([name]) => name === type || (name.endsWith("/*") && type.startsWith(name.slice(0, -1))),
  );
  if (!content) throw new Error(`${what} has the type ${type}, which is not in the document`);
  if (!type.endsWith("json")) return;
  const body = await response.clone().json();
  const validate = validator(content[1].schema);
  if (validate(body)) return;
  throw new Error(`${what}: ${JSON.stringify(validate.errors)} in ${JSON.stringify(body)}`);
}
