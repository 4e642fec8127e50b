import { beforeAbort } from "@freshet/outbound/before-abort";
import type { AccessKey, GcsStorage, S3Storage } from "../storage-settings.ts";
import { conditions } from "./conditions.ts";
import { createGoogleTokens } from "./google-tokens.ts";
import { objectName } from "./object-name.ts";
import { objectPath } from "./object-path.ts";
import { originHeaders } from "./origin-headers.ts";
import { readAnswer } from "./read-answer.ts";
import { refuseObject } from "./refuse-object.ts";
import { emptyPayload, signV4 } from "./sign-v4.ts";
import type { Storage } from "./storage.ts";

/** How a bucket's owner proves to be one. */
interface Access {
  /** Headers for a GET of this URL. */
  headersFor(url: URL): Promise<Record<string, string>>;
  /** The storage knows nothing of what it was shown. */
  refused(): void;
}

/**
 * A bucket of Amazon S3 or of what speaks its protocol, or of Google Cloud Storage by its XML API, which is the same
 * one. A client's query is never passed on: with the owner's signature under it, `?acl` or `?uploads` would be answered.
 */
export function createBucketStorage(
  settings: S3Storage | GcsStorage,
  deps: { now(): number; readonly timeoutMs: number },
): Storage {
  const base = bucketUrl(settings);
  const access = openAccess(settings, deps);

  return async ({ path, known, signal, ...bounds }) => {
    const url = new URL(base + objectPath(settings.prefix, objectName(path)));
    const proof = await beforeAbort(access.headersFor(url), signal);
    const response = await fetch(url, {
      redirect: "manual",
      signal,
      headers: { ...originHeaders, ...conditions(known), ...proof },
    });
    if (response.status === 401) access.refused();
    return readAnswer(response, known, bounds, refuseObject);
  };
}

/** URL of a bucket, without slash at its end. */
export function bucketUrl(settings: S3Storage | GcsStorage): string {
  if (settings.kind === "gcs") return `${settings.endpoint}/${settings.bucket}`;
  const { bucket, region, pathStyle } = settings;
  const endpoint = settings.endpoint ?? `https://s3.${region}.${amazonDomain(region)}`;
  if (pathStyle) return `${endpoint}/${bucket}`;
  return endpoint.replace("://", `://${bucket}.`);
}

/** Amazon's regions in China are a world of their own. */
function amazonDomain(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}

function openAccess(
  settings: S3Storage | GcsStorage,
  deps: { now(): number; readonly timeoutMs: number },
): Access {
  const { key } = settings;
  if (key === null) return { headersFor: async () => ({}), refused() {} };
  if ("accessKeyId" in key) {
    const region = settings.kind === "s3" ? settings.region : "auto";
    return { headersFor: async (url) => signGet(url, key, region, new Date(deps.now())), refused() {} };
  }
  const tokens = createGoogleTokens(key, deps);
  return {
    headersFor: async () => ({ authorization: `Bearer ${await tokens.current()}` }),
    refused: tokens.forget,
  };
}

function signGet(url: URL, key: AccessKey, region: string, at: Date): Record<string, string> {
  const headers = {
    "x-amz-content-sha256": emptyPayload,
    ...(key.sessionToken !== null && { "x-amz-security-token": key.sessionToken }),
  };
  return signV4({ method: "GET", url, headers }, { ...key, region, service: "s3" }, at);
}
