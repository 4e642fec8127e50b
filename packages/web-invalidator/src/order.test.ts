import { expect, test } from "bun:test";
import { curlCommand } from "./order.ts";

test("curlCommand says the order beside the page, with the key as a variable", () => {
  const command = curlCommand(
    { scope: "original", urls: ["/a.io/b'c.jpg"], mode: "hard" },
    "https://p.example/form/?lang=de#job=1",
  );
  expect(command).toBe(
    [
      "curl -X POST 'https://p.example/form/invalidate' \\",
      '  -H "X-Client-Key: $FRESHET_CLIENT_KEY" \\',
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"scope":"original","urls":["/a.io/b'\\''c.jpg"],"mode":"hard"}'`,
    ].join("\n"),
  );
});

const hostile = ["$(id)", "`id`", "a\\", '"', "';id;'", "!x", "\n"];

test("curlCommand leaves nothing of an address to the shell", () => {
  const order = { scope: "urls", urls: hostile } as const;
  const command = curlCommand(order, "http://p.example/").replace(/^curl -X POST/, "printf '%s\\n'");
  const { stdout } = Bun.spawnSync(["sh", "-c", command], { env: { FRESHET_CLIENT_KEY: "k" } });
  expect(stdout.toString().split("\n")).toContain(JSON.stringify(order));
});
