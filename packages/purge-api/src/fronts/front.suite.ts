import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { answeringServer } from "./answering.fixture.ts";
import { type Front, FrontError } from "./front.ts";

/** A front under test. `open` is given the address of a server that answers as the documentation says. */
export interface FrontUnderTest {
  open(url: string): Front;
  /** What the front says when it has purged. */
  purged(): Response;
  readonly secret: string;
}

/** What every front must do, whoever makes it. */
export function frontSuite(name: string, { open, purged, secret }: FrontUnderTest): void {
  describe(`${name} as a front`, () => {
    let server: ReturnType<typeof answeringServer>;
    let front: Front;
    beforeAll(() => {
      server = answeringServer();
      front = open(server.url);
    });
    afterAll(() => server.stop());

    async function refusal(answer: () => Response): Promise<FrontError> {
      server.answers(answer);
      const error = await front.purge(["t:doc"], "hard").catch((thrown) => thrown);
      expect(error).toBeInstanceOf(FrontError);
      expect(error.message).not.toContain(secret);
      return error;
    }

    test("its limits let a call through, and a job's tags fit into some calls", () => {
      const { callTags, jobTags, burst, perSecond } = front.limits;
      expect(Math.min(callTags, burst)).toBeGreaterThanOrEqual(1);
      expect(perSecond).toBeGreaterThan(0);
      expect(jobTags / callTags).toBeLessThanOrEqual(burst);
    });

    test.each(["hard", "soft"] as const)(
      "a %s purge resolves when the front has said that it is done",
      async (mode) => {
        server.answers(purged);
        const before = server.asked.length;
        await front.purge(["t:doc"], mode);
        expect(server.asked.length).toBe(before + 1);
      },
    );

    test.each([429, 500, 502, 503])("%d may be another answer next time", async (status) => {
      const error = await refusal(() => new Response("busy", { status }));
      expect([error.isFinal, error.retryAfterMs]).toEqual([false, 0]);
      expect(error.message).toContain(`answered ${status}: busy`);
    });

    test.each([301, 400, 401, 403, 404])("%d stays", async (status) => {
      expect(await refusal(() => new Response("no", { status }))).toMatchObject({ isFinal: true });
    });

    test("Retry-After is heard, in seconds and as a date", async () => {
      const after = (value: string, date = "Wed, 25 Nov 2026 12:00:00 GMT") =>
        refusal(() => new Response(null, { status: 429, headers: { "retry-after": value, date } }));
      expect((await after("7")).retryAfterMs).toBe(7_000);
      expect((await after("Wed, 25 Nov 2026 12:01:00 GMT")).retryAfterMs).toBe(60_000);
      expect((await after("soon")).retryAfterMs).toBe(0);
    });

    test("one that cannot be reached may be there next time", async () => {
      const gone = answeringServer();
      await gone.stop();
      const error = await open(gone.url)
        .purge(["t:doc"], "hard")
        .catch((thrown) => thrown);
      expect(error).toMatchObject({ name: "FrontError", isFinal: false });
      expect(error.message).toContain("cannot be reached");
    });
  });
}
