import { describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { type AzureRequest, azureStringToSign, signAzure } from "./sign-azure.ts";

const dated = { "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT", "x-ms-version": "2015-02-21" };
const host = "https://myaccount.blob.core.windows.net";

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key publishes strings to sign and no keys.
const published: readonly [name: string, request: AzureRequest, text: string][] = [
  [
    "Get Container Metadata",
    {
      method: "GET",
      url: new URL(`${host}/mycontainer?restype=container&comp=metadata&timeout=20`),
      headers: dated,
    },
    "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
  ],
  [
    "Create Container, whose body has length 0",
    {
      method: "PUT",
      url: new URL(`${host}/mycontainer?restype=container&timeout=30`),
      headers: { ...dated, "content-length": "0" },
    },
    "PUT\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\nrestype:container\ntimeout:30",
  ],
];

describe("azureStringToSign", () => {
  for (const [name, request, text] of published) {
    test(`is the published one of ${name}`, () => expect(azureStringToSign(request, "myaccount")).toBe(text));
  }

  const resources: readonly [what: string, url: string, resource: string][] = [
    ["of a blob", `${host}/c/a.jpg`, "/myaccount/c/a.jpg"],
    ["stays encoded", `${host}/c/a%20b%2B.jpg`, "/myaccount/c/a%20b%2B.jpg"],
    [
      "names the account twice where the path does",
      "http://127.0.0.1/myaccount/c/a.jpg",
      "/myaccount/myaccount/c/a.jpg",
    ],
    // "Canonicalized resource string": the values of a name are sorted and joined by commas.
    [
      "joins repeated names",
      `${host}/c?include=snapshots&include=metadata`,
      "/myaccount/c\ninclude:metadata,snapshots",
    ],
    ["has names in lower case and in order", `${host}/c?Z=1&a=2`, "/myaccount/c\na:2\nz:1"],
  ];
  for (const [what, url, resource] of resources) {
    test(`has a resource that ${what}`, () => {
      const text = azureStringToSign({ method: "GET", url: new URL(url), headers: {} }, "myaccount");
      expect(text).toBe(`GET\n\n\n\n\n\n\n\n\n\n\n\n${resource}`);
    });
  }

  test("holds the conditions in their places", () => {
    const headers = { "if-none-match": '"0x1"', "if-modified-since": "Mon, 01 Jun 2026 10:00:00 GMT" };
    const text = azureStringToSign({ method: "GET", url: new URL(`${host}/c`), headers }, "myaccount");
    expect(text.split("\n").slice(0, 12)).toEqual([
      "GET",
      ...["", "", "", "", "", ""],
      "Mon, 01 Jun 2026 10:00:00 GMT",
      "",
      '"0x1"',
      "",
      "",
    ]);
  });
});

test("signAzure is the HMAC of that, by the key as bytes", () => {
  const [, request, text] = published[0] as (typeof published)[0];
  const key = Buffer.from("any bytes");
  const expected = createHmac("sha256", key).update(text).digest("base64");
  expect(signAzure(request, "myaccount", key)).toBe(`SharedKey myaccount:${expected}`);
});
