import { expect, test } from "bun:test";
import { SettingsError } from "@freshet/core";
import { help, runCommand } from "./run-command.ts";

async function run(args: readonly string[], input: readonly string[] = [], load: () => unknown = () => {}) {
  const out: string[] = [];
  const err: string[] = [];
  const lines = async function* () {
    yield* input;
  };
  const streams = { lines, out: (line: string) => out.push(line), err: (line: string) => err.push(line) };
  return { exitCode: await runCommand(args, load, streams), out, err };
}

test("no command starts the server, with or without --config", async () => {
  for (const args of [[], ["--config", "translate"]]) expect((await run(args)).exitCode).toBeNull();
});

test("translate says each URL in v7, and what could not be said beside it", async () => {
  const old = "https://demo.cloudimg.io/width/800/q35.foil1/https://h.io/a.jpg";
  const { exitCode, out, err } = await run(["translate", old, "/v7/h.io/a.jpg?w=5"]);
  expect(exitCode).toBe(0);
  expect(out[0]).toBe("https://demo.cloudimg.io/v7/https://h.io/a.jpg?w=800&q=35&org_if_sml=1");
  expect(out[1]).toBe("/v7/h.io/a.jpg?w=5");
  expect(err).toEqual([expect.stringContaining("it is not a v6 or v4 URL")]);
});

test("translate reads lines where no URL is given, and goes on after one that cannot be read", async () => {
  const input = [" /width/5/n/h.io/a.jpg ", "", "/width/5/n/h.io/\ud800?w=1", "/height/6/n/h.io/a"];
  const { exitCode, out, err } = await run(["translate"], input);
  expect([exitCode, out]).toEqual([1, ["/v7/h.io/a.jpg?w=5", "", "/v7/h.io/a?h=6"]]);
  expect(err.length).toBe(1);
});

test("check-config says whether the settings can be used", async () => {
  const bad = () => {
    throw new SettingsError(["a: wrong", "b: wrong"]);
  };
  expect(await run(["check-config"])).toMatchObject({
    exitCode: 0,
    out: ["the settings can be used"],
    err: [],
  });
  const { exitCode, out, err } = await run(["check-config"], [], bad);
  expect([exitCode, out]).toEqual([1, []]);
  expect(err[0]).toMatch(/a: wrong\n.*b: wrong/);
});

test("--help explains, and so does a command that is not known", async () => {
  expect((await run(["--help"])).out).toEqual([help]);
  const { exitCode, err } = await run(["tranlsate"]);
  expect([exitCode, err[0]]).toEqual([2, expect.stringContaining('no command "tranlsate"')]);
});
