import { FreshetError, type TokenSettings } from "@freshet/core";

/** What a bucket told: which originals changed, or that somebody wants to tell more. */
export type BucketNews =
  | { readonly kind: "changed"; readonly paths: readonly string[]; readonly messageId: string | null }
  | { readonly kind: "confirm"; readonly url: URL }
  | { readonly kind: "nothing" };

/**
 * Reads a notification of S3, or of what speaks like it (MinIO, Ceph), alone or wrapped by SNS.
 *
 * @param prefix put before each object's name: `_media_/`. Without it the token's alias `_bucket_` is, or, if it has
 *   none, nothing: then names are below the token's origin prefix.
 * @throws FreshetError `bad_hook`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function readBucketNews(body: unknown, token: TokenSettings, prefix: string | null): BucketNews {
  if (!isObject(body)) throw unreadable();
  if (body.Type === "SubscriptionConfirmation") return { kind: "confirm", url: snsUrl(body.SubscribeURL) };
  if (body.Type === "Notification" && typeof body.Message === "string") {
    const news = readBucketNews(parse(body.Message), token, prefix);
    const messageId = typeof body.MessageId === "string" ? body.MessageId.slice(0, 200) : null;
    return news.kind === "changed" ? { ...news, messageId } : news;
  }
  if (body.Event === "s3:TestEvent") return { kind: "nothing" };
  if (!Array.isArray(body.Records)) throw unreadable();
  const paths = body.Records.flatMap((record) => pathOf(record, token, prefix) ?? []);
  return paths.length === 0
    ? { kind: "nothing" }
    : { kind: "changed", paths: [...new Set(paths)], messageId: null };
}

/** @returns `null` for events that change no bytes, such as a tag that was set */
function pathOf(record: unknown, token: TokenSettings, prefix: string | null): string | null {
  const { eventName, s3 } = isObject(record) ? record : {};
  if (typeof eventName !== "string" || !isObject(s3) || !isObject(s3.bucket) || !isObject(s3.object)) {
    throw unreadable();
  }
  const { name } = s3.bucket;
  const { key } = s3.object;
  if (typeof name !== "string" || typeof key !== "string") throw unreadable();
  if (!/^(s3:)?(ObjectCreated|ObjectRemoved|ObjectRestore|LifecycleExpiration):/.test(eventName)) return null;
  const alias = `_${name}_`;
  const start = prefix ?? (Object.hasOwn(token.aliases, alias) ? `${alias}/` : "");
  return `/${start.replace(/^\/+/, "")}${encodeName(key)}`;
}

/** Names come form-encoded, a space as a plus sign; in a path a star or a question mark would mean something else. */
function encodeName(key: string): string {
  try {
    const name = decodeURIComponent(key.replaceAll("+", " "));
    return name
      .split("/")
      .map((part) => encodeURIComponent(part).replaceAll("*", "%2A"))
      .join("/");
  } catch {
    throw unreadable();
  }
}

/** Whoever can send a notification must not be able to have anything else fetched from here. */
function snsUrl(raw: unknown): URL {
  const url = typeof raw === "string" ? URL.parse(raw) : null;
  const isSns =
    url?.protocol === "https:" &&
    url.port === "" &&
    /^sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/.test(url.hostname);
  if (!url || !isSns) throw new FreshetError("bad_hook", "SubscribeURL is not one of Amazon SNS");
  return url;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable();
  }
}

function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw);
}

function unreadable(): FreshetError {
  return new FreshetError("bad_hook", "the body is not a notification of S3, nor one that SNS wrapped");
}
