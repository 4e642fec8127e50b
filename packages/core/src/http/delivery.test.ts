import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { attachment, fileNameOf } from "./content-disposition.ts";
import { wantsProblem } from "./wants-problem.ts";

describe("attachment", () => {
  const table: readonly [name: string, header: string][] = [
    ["a.jpg", `attachment; filename="a.jpg"; filename*=UTF-8''a.jpg`],
    ["Ü b.png", `attachment; filename="_ b.png"; filename*=UTF-8''%C3%9C%20b.png`],
    ['x";a="b', `attachment; filename="x_;a=_b"; filename*=UTF-8''x_%3Ba%3D_b`],
    ["../../etc/passwd", `attachment; filename="_.._etc_passwd"; filename*=UTF-8''_.._etc_passwd`],
    ["a\r\nSet-Cookie: b", `attachment; filename="a__Set-Cookie_ b"; filename*=UTF-8''a__Set-Cookie_%20b`],
    ["50%.jpg", `attachment; filename="50_.jpg"; filename*=UTF-8''50%25.jpg`],
    [".htaccess", `attachment; filename="htaccess"; filename*=UTF-8''htaccess`],
    ["..", `attachment; filename="image"; filename*=UTF-8''image`],
  ];
  for (const [name, header] of table) test(JSON.stringify(name), () => expect(attachment(name)).toBe(header));

  test("is a header of visible ASCII with two names, whatever the name is", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary" })), (name) => {
        const header = attachment(name);
        expect(header).toMatch(
          /^attachment; filename="[\x20-\x7e]*"; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]+$/,
        );
        expect(header.split('"').length).toBe(3);
        expect(header.length).toBeLessThan(1_500);
      }),
    );
  });
});

test.each([
  ["doc|//h/a/b.jpg", "jpg", "b.jpg"],
  ["doc|//h/a/b.JPEG", "jpg", "b.JPEG"],
  ["doc|//h/a/b.jpg", "webp", "b.webp"],
  ["doc|//h/a/b", "png", "b.png"],
  ["doc|//h/a/", "png", "image.png"],
  ["doc|//h/v1.2-final%20x.png", "png", "v1.2-final x.png"],
  ["doc|//h/%E0%A4.png", null, "%E0%A4.png"],
])("fileNameOf(%s, %p) is %s", (path, ending, name) => expect(fileNameOf(path, ending)).toBe(name));

test.each([
  [null, false],
  ["*/*", false],
  ["image/avif,image/webp,*/*;q=0.8", false],
  ["application/problem+json", true],
  ["text/plain, Application/JSON;q=0.5", true],
  ["application/json;q=0", false],
])("wantsProblem(%p) is %p", (accept, wants) => expect(wantsProblem(accept)).toBe(wants));
