import { expect, test } from "bun:test";
import { createRedact } from "./redact.ts";

const redact = createRedact(["a-client-key-of-16", "salt & pepper", "short", null]);

test.each([
  ["http://h/a.jpg?w=5&ci_sign=0123456789abcdef", "http://h/a.jpg?w=5&ci_sign=[redacted]"],
  ["/a.jpg?ci_seal=abc123&ci_eqs=dz0xMA==&w=5", "/a.jpg?ci_seal=[redacted]&ci_eqs=[redacted]&w=5"],
  ["https://user:pass@h/a.jpg", "https://[redacted]@h/a.jpg"],
  ["https://user@h/a.jpg?x=mail@h", "https://[redacted]@h/a.jpg?x=mail@h"],
  ["http://h/?client_key=abc&from=1", "http://h/?client_key=[redacted]&from=1"],
  [
    "https://acc.blob.core.windows.net/c/a.jpg?sv=1&sig=a%2Fb%3D",
    "https://acc.blob.core.windows.net/c/a.jpg?sv=1&sig=[redacted]",
  ],
  [
    "https://s3/b/a?X-Amz-Credential=AK/1&X-Amz-Signature=00ff",
    "https://s3/b/a?X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]",
  ],
  ["X-Client-Key: abc def", "X-Client-Key: [redacted]"],
  ['{ "authorization": "Bearer abc", "a": 1 }', '{ "authorization": [redacted], "a": 1 }'],
  ["sent Bearer abcdefgh12345678 to h", "sent Bearer [redacted] to h"],
  ["/width/500/n/http://h/a.jpg@0123456789abcdef0123", "/width/500/n/http://h/a.jpg@[redacted]"],
  ["key freshet_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789 is", "key [redacted] is"],
  ["with a-client-key-of-16 in it", "with [redacted] in it"],
  ["with salt%20%26%20pepper in it", "with [redacted] in it"],
])("%s", (text, redacted) => {
  expect(redact(text)).toBe(redacted);
});

test.each([
  "GET /sample.li/flat.jpg?w=500&h=300&vh=2",
  "Error: ENOSPC: no space left on device, open '/data/ab/cd/abcd.tmp'",
  "a short word, and monkey=1, signs of life",
  "mail me@example.com",
])("leaves alone what opens nothing: %s", (text) => {
  expect(redact(text)).toBe(text);
});
