import { checkUsageReport, FreshetError, type UsageReport } from "@freshet/core";
import { Elysia } from "elysia";
import type { UsageStore } from "../stats/usage-store.ts";
import { hasNodeKey } from "./node-key.ts";
import { parseJson, type ReadBody } from "./read-body.ts";

/** `POST /internal/usage`: image servers tell what tokens used, every ten seconds at most. */
export function internalUsageRoutes(deps: {
  usage: Pick<UsageStore, "add">;
  nodeKey: string | null;
  readBody: ReadBody;
}) {
  const { usage, nodeKey, readBody } = deps;
  return new Elysia().post(
    "/internal/usage",
    async ({ request }) => {
      if (!hasNodeKey(request, nodeKey)) {
        throw new FreshetError("key_wrong", "only image servers with the node key may tell what was used");
      }
      await usage.add(readReport(parseJson(await readBody(request))));
      return Response.json({ status: "success" });
    },
    { parse: "none" },
  );
}

function readReport(body: unknown): UsageReport {
  try {
    return checkUsageReport(body);
  } catch (cause) {
    throw new FreshetError("bad_json", (cause as Error).message, { cause });
  }
}
