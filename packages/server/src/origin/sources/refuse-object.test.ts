import { describe, expect, test } from "bun:test";
import { refuseObject } from "./refuse-object.ts";

const xml = (code: string, message = "why") =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

describe("refuseObject", () => {
  const table: readonly [status: number, body: string, code: string][] = [
    [404, xml("NoSuchKey"), "origin_not_found"],
    [404, xml("BlobNotFound"), "origin_not_found"],
    [404, "", "origin_not_found"],
    [404, xml("NoSuchBucket"), "origin_failed"],
    [404, xml("ContainerNotFound"), "origin_failed"],
    [403, xml("AccessDenied"), "origin_not_found"],
    [403, xml("SignatureDoesNotMatch"), "origin_failed"],
    [403, xml("InvalidAccessKeyId"), "origin_failed"],
    [403, xml("RequestTimeTooSkewed"), "origin_failed"],
    [403, xml("InvalidObjectState"), "origin_failed"],
    [403, xml("AuthorizationPermissionMismatch"), "origin_failed"],
    [403, "", "origin_failed"],
    [401, xml("AccessDenied"), "origin_failed"],
    [301, xml("PermanentRedirect"), "origin_failed"],
    [400, xml("ExpiredToken"), "origin_failed"],
    [304, "", "origin_failed"],
    [206, "half", "origin_failed"],
    [503, xml("SlowDown"), "origin_down"],
  ];
  for (const [status, body, code] of table) {
    test(`takes ${status} ${body && /<Code>(.*)<\/Code>/.exec(body)?.[1]} for ${code}`, async () => {
      const response = new Response(status === 304 ? null : body, { status });
      expect((await refuseObject(response)).code).toBe(code as never);
    });
  }

  const reason = async (response: Response) => ((await refuseObject(response)).cause as Error).message;

  test("keeps what the storage says for the operator", async () => {
    expect(await reason(new Response(xml("SlowDown", "Please reduce"), { status: 503 }))).toBe(
      "503 SlowDown Please reduce",
    );
    const elsewhere = new Response(xml("PermanentRedirect"), {
      status: 301,
      headers: { "x-amz-bucket-region": "eu-west-1" },
    });
    expect(await reason(elsewhere)).toBe("301 PermanentRedirect why (the bucket is in eu-west-1)");
    const azure = new Response(null, {
      status: 409,
      headers: { "x-ms-error-code": "PublicAccessNotPermitted" },
    });
    expect(await reason(azure)).toBe("409 PublicAccessNotPermitted");
  });

  test("tells the public neither that nor anything else of it", async () => {
    const { detail } = await refuseObject(
      new Response(xml("InvalidAccessKeyId", "AKIA123"), { status: 403 }),
    );
    expect(detail).toBe("the storage answered 403");
  });

  test("reads no more of a long answer than it needs", async () => {
    expect(await reason(new Response(xml("SlowDown").padEnd(1_000_000), { status: 503 }))).toBe("503");
    expect((await reason(new Response(xml("SlowDown", "x".repeat(2_000)), { status: 503 }))).length).toBe(
      400,
    );
  });
});
