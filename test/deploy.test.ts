/** The files in `deploy/` that no other test runs. */
import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { dataFolder } from "./processes.ts";

const deploy = `${import.meta.dir}/../deploy`;
const analyze = Bun.which("systemd-analyze");
const services = ["freshet-server", "freshet-purge"];

describe.skipIf(analyze === null)(
  `systemd units${analyze ? "" : ": there is no systemd-analyze here"}`,
  () => {
    test.each(services)("%s.service is understood, and leaves the service little", (name) => {
      const folder = dataFolder();
      try {
        const unit = readFileSync(`${deploy}/systemd/${name}.service`, "utf8");
        const path = `${folder.path}/${name}.service`;
        // The program is not installed here, and verify would say so.
        writeFileSync(path, unit.replace(`/usr/local/bin/${name}`, "/bin/true"));
        const verified = Bun.spawnSync([analyze as string, "verify", path]);
        expect([verified.exitCode, verified.stderr.toString()]).toEqual([0, ""]);
        const exposure = ["security", "--offline=true", "--threshold=20", path];
        expect(Bun.spawnSync([analyze as string, ...exposure]).exitCode).toBe(0);
      } finally {
        folder.remove();
      }
    });
  },
);

test("containers: what is copied is what the build makes, and the compose file names settings that there are", () => {
  const copied = readFileSync(`${deploy}/Dockerfile`, "utf8").match(/^COPY .*$/m)?.[0];
  expect(copied).toBe("COPY dist/freshet-server dist/freshet-purge /usr/local/bin/");
  const compose = Bun.YAML.parse(readFileSync(`${deploy}/docker-compose.yml`, "utf8")) as {
    services: Record<string, { environment: Record<string, string> }>;
  };
  const settings = readFileSync(`${deploy}/../docs/configuration.md`, "utf8");
  const { purge, server } = compose.services;
  const known = ["FRESHET_CONFIG"];
  for (const name of Object.keys({ ...purge?.environment, ...server?.environment })) {
    expect(known.includes(name) || settings.includes(`\`${name}\``)).toBe(true);
  }
});
