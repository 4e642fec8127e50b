import { expect, test } from "bun:test";
import { hashOfJob, jobOfHash } from "./deep-link.ts";

const uuid = "4fc96d31-9815-4021-830a-ca6d96c514a5";

test("a job's link leads back to it", () => expect(jobOfHash(hashOfJob(uuid))).toBe(uuid));

for (const hash of ["", "#", "#job=", "#job=../../token", `#x=${uuid}`, `#job=${uuid}?a`]) {
  test(`jobOfHash finds no job in ${JSON.stringify(hash)}`, () => expect(jobOfHash(hash)).toBeNull());
}
