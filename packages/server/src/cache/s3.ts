import { createHash } from "node:crypto";
import { FreshetError } from "@freshet/core";
import { bucketUrl } from "../origin/sources/bucket-storage.ts";
import { objectPath } from "../origin/sources/object-path.ts";
import { readBody } from "../origin/sources/read-body.ts";
import { refuseObject } from "../origin/sources/refuse-object.ts";
import { signV4 } from "../origin/sources/sign-v4.ts";
import type { AccessKey, S3Storage } from "../origin/storage-settings.ts";

/** Objects of a bucket by their keys. Whatever it cannot do is an error; nothing is tried twice. */
export interface ObjectStore {
  /** @returns `null` if there is no such object */
  get(key: string, signal: AbortSignal): Promise<Uint8Array | null>;
  put(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** What is not there is removed, too. */
  remove(key: string, signal: AbortSignal): Promise<void>;
}

/**
 * `prefix/ab/cd/abcd…` in a bucket of Amazon S3 or of what speaks its protocol.
 *
 * @param settings with an access key that may read, write and delete there
 * @param wallMs ms since 1970: signatures carry the time
 */
export function createS3Store(
  settings: S3Storage & { readonly key: AccessKey },
  maxBytes: number,
  wallMs: () => number,
): ObjectStore {
  const base = bucketUrl(settings);
  const { key: access, region, prefix } = settings;

  async function send(method: string, key: string, body: Uint8Array | null, signal: AbortSignal) {
    const url = new URL(base + objectPath(prefix, `${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`));
    const headers = {
      "x-amz-content-sha256": createHash("sha256")
        .update(body ?? "")
        .digest("hex"),
      ...(body && { "content-type": "application/octet-stream" }),
      ...(access.sessionToken !== null && { "x-amz-security-token": access.sessionToken }),
    };
    const signed = signV4({ method, url, headers }, { ...access, region, service: "s3" }, new Date(wallMs()));
    return fetch(url, {
      ...{ method, signal, redirect: "manual", headers: signed },
      ...(body && { body: body as Uint8Array<ArrayBuffer> }),
    });
  }

  async function write(method: string, key: string, body: Uint8Array | null, signal: AbortSignal) {
    const response = await send(method, key, body, signal);
    if (!response.ok) throw await refuseObject(response);
    await response.body?.cancel();
  }

  return {
    async get(key, signal) {
      const response = await send("GET", key, null, signal);
      if (response.status === 200) return readBody(response, { maxBytes });
      const refusal = await refuseObject(response);
      if (refusal instanceof FreshetError && refusal.code === "origin_not_found") return null;
      throw refusal;
    },
    put: (key, bytes, signal) => write("PUT", key, bytes, signal),
    remove: (key, signal) => write("DELETE", key, null, signal),
  };
}
