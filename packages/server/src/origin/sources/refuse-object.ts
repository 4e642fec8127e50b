import { FreshetError } from "@freshet/core";
import { serverLimits } from "../../limits.ts";
import { readBody } from "./read-body.ts";

/** Codes of S3, Google and Azure by which not the object is missing, but what should hold it. */
const missingStore = /^(NoSuchBucket|ContainerNotFound|ContainerBeingDeleted|ContainerDisabled)$/;

/**
 * What a status other than 200 of an object storage means. The public learns whether there is such an object; the
 * operator finds in the cause what the storage itself says.
 */
export async function refuseObject(response: Response): Promise<FreshetError> {
  const { status, headers } = response;
  const text = await readRefusal(response);
  const code = element(text, "Code") ?? headers.get("x-ms-error-code") ?? "";
  const region = headers.get("x-amz-bucket-region");
  const said = [
    status,
    code,
    element(text, "Message")?.split("\n", 1)[0],
    region && `(the bucket is in ${region})`,
  ];
  const cause = new Error(said.filter(Boolean).join(" ").slice(0, 400));
  if (status === 404 && !missingStore.test(code)) {
    return new FreshetError("origin_not_found", "the storage has no such object", { cause });
  }
  // S3 and Google tell nobody that an object is missing who may not list the others: a key that may only read, which
  // is all a server of pictures needs, gets this answer for each of them.
  if (status === 403 && code === "AccessDenied") {
    return new FreshetError("origin_not_found", "the storage has no such object, or shows it to nobody", {
      cause,
    });
  }
  const isDown = status >= 500 || status === 429;
  return new FreshetError(isDown ? "origin_down" : "origin_failed", `the storage answered ${status}`, {
    cause,
  });
}

async function readRefusal(response: Response): Promise<string> {
  try {
    return Buffer.from(await readBody(response, { maxBytes: serverLimits.refusalBytes })).toString();
  } catch {
    return "";
  }
}

/** The documents have one level and no attributes, so no parser is needed to find what is only shown. */
function element(text: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? null;
}
