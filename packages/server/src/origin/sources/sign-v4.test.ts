import { describe, expect, test } from "bun:test";
import { signV4 } from "./sign-v4.ts";

/** What Amazon publishes: a request, when and by whom it is signed, and the signature. */
interface Vector {
  readonly name: string;
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signedHeaders: string;
  readonly signature: string;
}

const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const bucket = "https://examplebucket.s3.amazonaws.com";

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
const s3: readonly Vector[] = [
  {
    name: "GET Object",
    url: `${bucket}/test.txt`,
    headers: { range: "bytes=0-9", "x-amz-content-sha256": emptyHash },
    signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
    signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  },
  {
    name: "PUT Object",
    method: "PUT",
    url: `${bucket}/test%24file.text`,
    headers: {
      date: "Fri, 24 May 2013 00:00:00 GMT",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      "x-amz-content-sha256": "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    },
    signedHeaders: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
    signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
  },
  {
    name: "GET Bucket Lifecycle",
    url: `${bucket}/?lifecycle`,
    headers: { "x-amz-content-sha256": emptyHash },
    signedHeaders: "host;x-amz-content-sha256;x-amz-date",
    signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
  },
  {
    name: "List Objects",
    url: `${bucket}/?max-keys=2&prefix=J`,
    headers: { "x-amz-content-sha256": emptyHash },
    signedHeaders: "host;x-amz-content-sha256;x-amz-date",
    signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
  },
];

const s3Key = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "s3",
};
const suiteKey = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "service",
};

function check(vector: Vector, key: typeof s3Key, time: string): void {
  const { name, method = "GET", url, headers = {}, signedHeaders, signature } = vector;
  test(name, () => {
    const sent = signV4({ method, url: new URL(url), headers }, key, new Date(time));
    const day = time.slice(0, 10).replaceAll("-", "");
    expect(sent).toEqual({
      ...headers,
      "x-amz-date": time.replace(/[-:]/g, ""),
      authorization: `AWS4-HMAC-SHA256 Credential=${key.accessKeyId}/${day}/us-east-1/${key.service}/aws4_request, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    });
  });
}

describe("signV4 gives the published signature of S3's", () => {
  for (const vector of s3) check(vector, s3Key, "2013-05-24T00:00:00Z");
});

describe("signV4 gives the published signature of", () => {
  // The signing guide's first example of the general algorithm, and of IAM's ListUsers.
  check(
    {
      name: "the test suite's get-vanilla",
      url: "https://example.amazonaws.com/",
      signedHeaders: "host;x-amz-date",
      signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    },
    suiteKey,
    "2015-08-30T12:36:00Z",
  );
  check(
    {
      name: "the test suite's get-vanilla-query-order-key-case",
      url: "https://example.amazonaws.com/?Param2=value2&Param1=value1",
      signedHeaders: "host;x-amz-date",
      signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    },
    suiteKey,
    "2015-08-30T12:36:00Z",
  );
  check(
    {
      name: "IAM's ListUsers",
      url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
      headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      signedHeaders: "content-type;host;x-amz-date",
      signature: "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    },
    { ...suiteKey, service: "iam" },
    "2015-08-30T12:36:00Z",
  );
});

test("signV4 signs the port of a server that is not at the usual one", () => {
  const sign = (url: string) =>
    signV4({ method: "GET", url: new URL(url), headers: {} }, s3Key, new Date(0)).authorization;
  expect(sign("http://h:9000/a")).not.toBe(sign("http://h:9001/a"));
  expect(sign("http://h:80/a")).toBe(sign("http://h/a"));
});
