import { describe, expect, test } from "bun:test";
import { FreshetError } from "../errors.ts";
import { authorizeUrl, type UrlSecurity } from "./authorize-url.ts";

const sha1 = (text: string) => new Bun.CryptoHasher("sha1").update(text).digest("hex");
const open: UrlSecurity = { kind: "open" };
const signed: UrlSecurity = { kind: "signature", salts: ["new", "salt"] };
const sealed: UrlSecurity = { kind: "seal", salts: ["new", "salt"] };

describe("authorizeUrl", () => {
  test.each<[target: string, security: UrlSecurity, code: string | null]>([
    ["/assets/image.jpg", open, null],
    ["/assets/image.jpg?ci_sign=000000", open, null],
    ["/assets/image.jpg?ci_sign=8e71efd440164f3cc8", signed, null],
    ["/assets/image.jpg?ci_sign=84c81ef20852013046&w=200", signed, null],
    ["/assets/image.jpg?ci_sign=84c81ef20852013046&w=201", signed, "signature_wrong"],
    ["/assets/image.jpg?ci_sign=", signed, "signature_wrong"],
    ["/assets/image.jpg", signed, "signature_missing"],
    ["/assets/image.jpg?ci_seal=57e9278520bd99de50", signed, "signature_missing"],
    ["/width/9/n/h.io/a.jpg", signed, "signature_missing"],
    ["/width/9/n@000000/h.io/a.jpg", signed, "signature_wrong"],
    ["/s/width/9/h.io/a.jpg", signed, "signature_missing"],
    ["/assets/image.jpg?ci_seal=57e9278520bd99de50&w=3", sealed, null],
    ["/assets/image.jpg?ci_seal=57e9278520bd99de51", sealed, "seal_wrong"],
    ["/assets/image.jpg", sealed, "seal_missing"],
    ["/assets/image.jpg?ci_sign=8e71efd440164f3cc8", sealed, "seal_missing"],
    ["/width/9/n/h.io/a.jpg?ci_seal=57e9278520bd99de50", sealed, "seal_missing"],
  ])("%s", (target, security, code) => {
    const error = caught(() => authorizeUrl(target, security, sha1));
    expect((error as FreshetError | null)?.code ?? null).toBe(code as FreshetError["code"] | null);
    if (error === null) return;
    expect(error).toBeInstanceOf(FreshetError);
    expect((error as FreshetError).status).toBe(403);
    expect((error as FreshetError).cacheSeconds).toBeLessThanOrEqual(60);
  });

  test("tells nobody what the right signature would have been", () => {
    const error = caught(() =>
      authorizeUrl("/assets/image.jpg?ci_sign=000000", signed, sha1),
    ) as FreshetError;
    expect(`${error.title} ${error.detail}`).not.toMatch(/[0-9a-f]{6}|salt/);
  });
});

function caught(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
