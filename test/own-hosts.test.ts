/** What a pasted URL means to purge-api it must mean to the server, so both must take the same hosts for the server's. */
import { expect, test } from "bun:test";
import { parseRequest } from "../packages/core/src/index.ts";
import { loadConfig as loadPurgeConfig } from "../packages/purge-api/src/config.ts";
import { loadConfig as loadServerConfig } from "../packages/server/src/config.ts";

test.each(["8080", "80", "443", "0"])("both services have the same tokens at port %s", (port) => {
  const file = {
    own_hosts: ["IMG.example"],
    tokens: { shop: { hosts: ["shop.example", "localhost:8080"] } },
  };
  const sources = { env: { FRESHET_SERVER_PORT: port }, file, readFile: () => "" };
  const [server, purge] = [loadServerConfig(sources).tokens, loadPurgeConfig(sources).tokens];
  expect(server.all).toEqual(purge.all);
});

test("a URL of the server's own inside another is one original for both", () => {
  const sources = { env: {}, file: {}, readFile: () => "" };
  const nested = "/width/90/n/http://localhost:8080/width/800/n/sample.li/flat.jpg";
  const { origin } = parseRequest(nested, loadServerConfig(sources).tokens.default);
  expect(origin.key).toBe("doc|//sample.li/flat.jpg");
  const token = loadPurgeConfig(sources).tokens.default;
  expect(parseRequest(nested, token).origin.key).toBe(origin.key);
});
