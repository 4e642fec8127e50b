import { type Clock, FreshetError, type TokenSettings } from "@freshet/core";
import { Elysia } from "elysia";
import type { AddressOf } from "../audit/address-of.ts";
import { checkSignature } from "../hooks/check-signature.ts";
import { readBucketNews } from "../hooks/read-bucket-events.ts";
import type { Accept } from "../jobs/accept.ts";
import type { AcceptOnce } from "../jobs/accept-once.ts";
import { type Caller, wholeGrant } from "../keys/grant.ts";
import type { Job } from "../log/log.ts";
import type { Authorize } from "./authorize.ts";
import { hashBody } from "./idempotency-key.ts";
import { formatTime } from "./job-body.ts";
import { hookKeyOf } from "./keys-of.ts";
import { parseJson, type ReadBody } from "./read-body.ts";

/**
 * What storages and other programs call when an object changed.
 *
 * - `POST /hooks/s3`: notifications of a bucket. The client key comes as `X-Client-Key`, as a bearer, or as the password
 *   of basic authentication, which is all that SNS can send: `https://any:KEY@purge.example/hooks/s3`. A storage writes the
 *   body itself, so what else it asks for stands in the query: `?rewarm=5`.
 * - `POST /hooks/signed`: a body as for `POST /invalidate`, also with `rewarm`; scope `original` if it says none; signed with
 *   a secret.
 *
 * Both are delivered at least once, so what is told twice purges once.
 */
export function hookRoutes(deps: {
  authorize: Authorize;
  accept: Accept;
  acceptOnce: AcceptOnce;
  clock: Clock;
  hookSecret: string | null;
  defaultToken(): TokenSettings;
  addressOf: AddressOf;
  readBody: ReadBody;
  /** For what is known only by its body. */
  readAnonymousBody: ReadBody;
  /** Confirms a subscription of SNS. */
  fetch(url: URL): Promise<Response>;
}) {
  const { authorize, accept, acceptOnce, clock, hookSecret, defaultToken, addressOf, fetch } = deps;
  const { readBody, readAnonymousBody } = deps;

  return new Elysia()
    .post(
      "/hooks/s3",
      async ({ request, query }) => {
        const caller: Caller = { ...authorize(request, hookKeyOf(request)), action: "hook" };
        const bytes = await readBody(request);
        const news = readBucketNews(parseJson(bytes), caller.token, query.prefix ?? null);
        if (news.kind === "nothing") return nothing();
        if (news.kind === "confirm") {
          // A redirect is followed nowhere.
          const { ok, status } = await fetch(news.url);
          if (!ok) throw new FreshetError("hook_refused", `SNS answered the confirmation with ${status}`);
          return Response.json({ status: "success", msg: "The subscription was confirmed" });
        }
        const order = { scope: "original", urls: news.paths, rewarm: Number(query.rewarm ?? 0) };
        const { messageId } = news;
        if (messageId === null) return received(await accept(order, caller));
        const attempt = { key: `sns ${messageId}`, bodyHash: hashBody(bytes), caller, body: () => order };
        return received(await acceptOnce(attempt));
      },
      { parse: "none" },
    )
    .post(
      "/hooks/signed",
      async ({ request }) => {
        if (hookSecret === null) {
          throw new FreshetError("hook_refused", "signed hooks need FRESHET_HOOK_SECRET to be set");
        }
        const bytes = await readAnonymousBody(request);
        const header = request.headers.get("x-freshet-signature");
        checkSignature(header, bytes, hookSecret, clock.wallMs());
        const token = defaultToken();
        const grant = { ...wholeGrant(token.name), key: "hooks/signed" };
        const caller: Caller = { token, grant, address: addressOf(request), action: "hook" };
        const bodyHash = hashBody(bytes);
        const body = () => withScope(parseJson(bytes));
        return received(await acceptOnce({ key: `signed ${header?.trim()}`, bodyHash, caller, body }));
      },
      { parse: "none" },
    );
}

function withScope(body: unknown): unknown {
  return typeof body === "object" && body !== null && !Array.isArray(body)
    ? { scope: "original", ...body }
    : body;
}

function received(job: Job): Response {
  const invalidation = { status: job.status, uuid: job.uuid, added_at: formatTime(job.addedAt) };
  const msg = "Your invalidation request has been received";
  return Response.json({ status: "success", msg, invalidation }, { status: 201 });
}

function nothing(): Response {
  return Response.json({ status: "success", msg: "Nothing changed that could be purged" });
}
