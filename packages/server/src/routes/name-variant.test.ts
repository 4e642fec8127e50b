import { expect, test } from "bun:test";
import { negotiate, parseRequest, plainToken, type SourceFormat, variantKey } from "@freshet/core";
import fc from "fast-check";
import { hashText } from "../hash.ts";
import { createNameVariant } from "./name-variant.ts";

const token = plainToken("t");
const read = (query: string) => parseRequest(`/h.io/a.jpg?${query}`, token);
const requests = ["w=5", "w=6", "w=5&force_format=webp,jpeg", "force_format=avif,webp,original"].map(read);
const accepts = [null, "*/*", "image/webp", "image/avif,image/webp"] as const;
const sources = ["jpeg", "png"] as const satisfies readonly SourceFormat[];

test("a name that was remembered is the name that it would be given", () => {
  const nameVariant = createNameVariant(hashText);
  const contents = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1 });
  const asking = fc.tuple(
    fc.constantFrom(...requests),
    contents,
    fc.constantFrom(...sources),
    fc.constantFrom(...accepts),
  );
  fc.assert(
    fc.property(fc.array(asking, { minLength: 2, maxLength: 20 }), (turns) => {
      for (const [asked, contents, source, accept] of turns) {
        const output = negotiate(asked.plan.formats, accept, source);
        const key = variantKey(contents, asked.plan, output, hashText);
        expect(nameVariant(asked, contents, source, accept)).toMatchObject({ output, contents, key });
      }
    }),
  );
});

test("a name is made once for who asks in the same words, or in words that do not count", () => {
  let hashed = 0;
  const nameVariant = createNameVariant((text) => {
    hashed++;
    return hashText(text);
  });
  const [plain, , automatic] = requests as [(typeof requests)[0], unknown, (typeof requests)[0]];
  for (const accept of accepts) nameVariant(plain, ["a"], "jpeg", accept);
  expect(hashed).toBe(1);
  for (const _turn of [1, 2]) nameVariant(automatic, ["a"], "jpeg", "image/webp");
  expect(hashed).toBe(2);
});
