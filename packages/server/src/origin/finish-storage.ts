import { createPrivateKey } from "node:crypto";
import {
  type AccessKey,
  type RawStorage,
  type ServiceAccount,
  type StorageKind,
  type StorageSettings,
  variable,
} from "./storage-settings.ts";

/** Where Google gives tokens to who does not say otherwise in the key file. */
const googleTokens = "https://oauth2.googleapis.com/token";

/** Notes a problem with one setting of a storage. */
type Problem = (member: string, problem: string) => void;

/**
 * Checks what goes together, and fills in what was left out.
 * @param values what the kind's schema read
 * @param problems takes what is wrong, one sentence each
 */
export function finishStorage(
  name: string,
  kind: StorageKind,
  values: unknown,
  problems: string[],
): StorageSettings {
  return finishers[kind](values as never, (member, problem) => problems.push(`${member}: ${problem}`), name);
}

const finishers: {
  readonly [K in StorageKind]: (raw: RawStorage<K>, problem: Problem, name: string) => StorageSettings;
} = {
  folder: ({ path }, problem, name) => ({ kind: "folder", path: needed(path, "path", problem, name) }),
  http({ url, user, password, headers }, problem, name) {
    const isBoth = together(
      { [`storages.${name}.user`]: user, [variable(name, "PASSWORD")]: password },
      problem,
    );
    if (user !== null && "authorization" in headers) {
      problem(variable(name, "HEADERS"), "authorization cannot be set beside a user and a password");
    }
    const login = isBoth ? { user: user as string, password: password as string } : null;
    return { kind: "http", url: neededUrl(url, "url", problem, name), login, headers };
  },
  s3(raw, problem, name) {
    const bucket = needed(raw.bucket, "bucket", problem, name);
    const { sessionToken, endpoint } = raw;
    const key = readAccessKey(raw, problem, name);
    if (sessionToken !== null && key === null) {
      problem(variable(name, "SESSION_TOKEN"), "belongs to an access key, and there is none");
    }
    return {
      kind: "s3",
      bucket,
      region: raw.region ?? "us-east-1",
      endpoint: endpoint === null ? null : neededUrl(endpoint, "endpoint", problem, name),
      // A wildcard certificate stands for one label, so a bucket with dots cannot be a part of the host's name.
      pathStyle: raw.pathStyle ?? (endpoint !== null || bucket.includes(".")),
      prefix: folder(raw.prefix),
      key: key && { ...key, sessionToken },
    };
  },
  gcs(raw, problem, name) {
    const accessKey = readAccessKey(raw, problem, name);
    const account =
      raw.serviceAccount === null ? null : readServiceAccount(raw.serviceAccount, problem, name);
    if (accessKey && raw.serviceAccount !== null) {
      problem(variable(name, "SERVICE_ACCOUNT"), "a storage has either a service account or an access key");
    }
    return {
      kind: "gcs",
      bucket: needed(raw.bucket, "bucket", problem, name),
      endpoint: neededUrl(raw.endpoint ?? "https://storage.googleapis.com", "endpoint", problem, name),
      prefix: folder(raw.prefix),
      key: accessKey ?? account,
    };
  },
  azure({ account, container, endpoint, prefix, accountKey, sas }, problem, name) {
    if (accountKey !== null && sas !== null) {
      problem(variable(name, "SAS"), "a storage has either a shared access signature or the account's key");
    }
    const access = sas === null ? null : { sas: sas.replace(/^\?/, "") };
    const named = needed(account, "account", problem, name);
    return {
      kind: "azure",
      account: named,
      container: needed(container, "container", problem, name),
      endpoint: neededUrl(endpoint ?? `https://${named}.blob.core.windows.net`, "endpoint", problem, name),
      prefix: folder(prefix),
      key: accountKey !== null ? { accountKey: Buffer.from(accountKey, "base64") } : access,
    };
  },
};

function needed(value: string | null, key: string, problem: Problem, name: string): string {
  if (value === null) problem(`storages.${name}.${key}`, "is needed");
  return value ?? "";
}

/** Without a slash at its end, since paths begin with one. */
function neededUrl(value: string | null, key: string, problem: Problem, name: string): string {
  const url = needed(value, key, problem, name);
  if (url !== "" && !URL.canParse(url)) problem(`storages.${name}.${key}`, "is no URL");
  return url.replace(/\/+$/, "");
}

function folder(prefix: string | null): string {
  return (prefix ?? "").replace(/\/+$/, "");
}

/** Complains of whichever of two settings is missing if there is the other. @returns whether there are both */
function together(pair: Readonly<Record<string, string | null>>, problem: Problem): boolean {
  const missing = Object.keys(pair).filter((member) => pair[member] === null);
  const [member] = missing;
  if (missing.length === 1 && member !== undefined) {
    const other = Object.keys(pair).find((candidate) => candidate !== member);
    problem(member, `is needed beside ${other}`);
  }
  return missing.length === 0;
}

function readAccessKey(
  { accessKeyId, secretAccessKey }: Pick<RawStorage<"s3">, "accessKeyId" | "secretAccessKey">,
  problem: Problem,
  name: string,
): AccessKey | null {
  const pair = {
    [variable(name, "ACCESS_KEY_ID")]: accessKeyId,
    [variable(name, "SECRET_ACCESS_KEY")]: secretAccessKey,
  };
  if (!together(pair, problem) || accessKeyId === null || secretAccessKey === null) return null;
  return { accessKeyId, secretAccessKey, sessionToken: null };
}

function readServiceAccount(text: string, problem: Problem, name: string): ServiceAccount | null {
  try {
    const file = JSON.parse(text);
    const { client_email, private_key, private_key_id, token_uri = googleTokens } = file;
    const isComplete = [client_email, private_key, private_key_id, token_uri].every(
      (part) => typeof part === "string",
    );
    if (isComplete && URL.canParse(token_uri) && createPrivateKey(private_key).asymmetricKeyType === "rsa") {
      return {
        clientEmail: client_email,
        privateKey: private_key,
        privateKeyId: private_key_id,
        tokenUrl: token_uri,
      };
    }
  } catch {
    // Neither the parser's message nor the key's may be shown: both quote what they were given.
  }
  problem(variable(name, "SERVICE_ACCOUNT"), "expected the key file of a service account in JSON");
  return null;
}
