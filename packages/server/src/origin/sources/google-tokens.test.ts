import { describe, expect, test } from "bun:test";
import { createVerify, generateKeyPairSync } from "node:crypto";
import { barrier, startOrigin } from "../test-origin.ts";
import { createGoogleTokens } from "./google-tokens.ts";

const pair = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const noonMs = Date.UTC(2026, 5, 1, 12);

/** A token server that counts what it gives, and tokens of an account that it knows. */
async function start(answer: (count: number) => Response | Promise<Response>) {
  const forms: URLSearchParams[] = [];
  const origin = startOrigin({
    "/token": async (request) => {
      forms.push(new URLSearchParams(await request.text()));
      return answer(forms.length);
    },
  });
  const clock = { ms: noonMs };
  const tokenUrl = `http://${origin.host}/token`;
  const account = {
    clientEmail: "reader@project.iam.gserviceaccount.com",
    privateKeyId: "key-1",
    privateKey: pair.privateKey,
    tokenUrl,
  };
  const tokens = createGoogleTokens(account, { now: () => clock.ms, timeoutMs: 5_000 });
  return { forms, clock, tokens, tokenUrl, [Symbol.asyncDispose]: () => origin[Symbol.asyncDispose]() };
}

const token = (count: number) =>
  Response.json({ access_token: `token ${count}`, expires_in: 3600, token_type: "Bearer" });

describe("tokens of a service account", () => {
  test("are asked for with an assertion that the account signed", async () => {
    await using server = await start(token);
    expect(await server.tokens.current()).toBe("token 1");
    const form = server.forms[0] as URLSearchParams;
    // RFC 7523 section 2.1 and the members that Google's page on service accounts asks for.
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [header = "", claims = "", signature = ""] = form.get("assertion")?.split(".") ?? [];
    const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(read(header)).toEqual({ alg: "RS256", typ: "JWT", kid: "key-1" });
    expect(read(claims)).toEqual({
      iss: "reader@project.iam.gserviceaccount.com",
      scope: "https://www.googleapis.com/auth/devstorage.read_only",
      aud: server.tokenUrl,
      iat: 1_780_315_200,
      exp: 1_780_318_800,
    });
    const verifier = createVerify("RSA-SHA256").update(`${header}.${claims}`);
    expect(verifier.verify(pair.publicKey, signature, "base64url")).toBe(true);
  });

  test("are kept until a minute before they end", async () => {
    await using server = await start(token);
    await server.tokens.current();
    server.clock.ms = noonMs + 3_539_999;
    expect(await server.tokens.current()).toBe("token 1");
    server.clock.ms = noonMs + 3_540_000;
    expect(await server.tokens.current()).toBe("token 2");
    expect(server.forms.length).toBe(2);
  });

  test("are asked for once by all who wait", async () => {
    const gate = barrier();
    await using server = await start(async (count) => {
      await gate.passed;
      return token(count);
    });
    const both = [server.tokens.current(), server.tokens.current()];
    gate.pass();
    expect(await Promise.all(both)).toEqual(["token 1", "token 1"]);
  });

  test("that were refused are asked for anew", async () => {
    await using server = await start(token);
    await server.tokens.current();
    server.tokens.forget();
    expect(await server.tokens.current()).toBe("token 2");
  });

  test("are asked for again after a failure, which says what the server said", async () => {
    const refusal = () => Response.json({ error: "invalid_grant" }, { status: 400 });
    await using server = await start((count) => (count === 1 ? refusal() : token(count)));
    await expect(server.tokens.current()).rejects.toThrow(/400.*invalid_grant/);
    expect(await server.tokens.current()).toBe("token 2");
  });

  const useless: readonly [what: string, answer: () => Response][] = [
    ["an answer that is no JSON", () => new Response("<html>")],
    ["an answer without a token", () => Response.json({ expires_in: 3600 })],
    ["a token without an end", () => Response.json({ access_token: "x" })],
  ];
  for (const [what, answer] of useless) {
    test(`are not made of ${what}`, async () => {
      await using server = await start(answer);
      await expect(server.tokens.current()).rejects.toThrow();
    });
  }

  test("are not fetched from elsewhere", async () => {
    const redirect = () => new Response(null, { status: 307, headers: { location: "/token" } });
    await using server = await start((count) => (count === 1 ? redirect() : token(count)));
    await expect(server.tokens.current()).rejects.toThrow();
    expect(server.forms.length).toBe(1);
  });
});
