import {
  headersSetting,
  namedVariable,
  type Schema,
  type Setting,
  textSetting,
  type Values,
} from "@freshet/core";

/** A folder of this machine. */
export interface FolderStorage {
  readonly kind: "folder";
  readonly path: string;
}

/** A web server that wants to know who asks. */
export interface HttpStorage {
  readonly kind: "http";
  /** Put before every path. */
  readonly url: string;
  /** Basic authentication (RFC 7617); `null`: without. */
  readonly login: { readonly user: string; readonly password: string } | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Who asks Amazon S3, or whatever speaks its protocol. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with keys that expire (AWS STS). */
  readonly sessionToken: string | null;
}

export interface S3Storage {
  readonly kind: "s3";
  readonly bucket: string;
  readonly region: string;
  /** URL of the service; `null` = Amazon's own in the region. */
  readonly endpoint: string | null;
  /** The bucket is a folder of the URL, not a part of the host name. */
  readonly pathStyle: boolean;
  /** Folder in the bucket, without slash at either end; empty = the whole bucket. */
  readonly prefix: string;
  /** `null`: the bucket is public. */
  readonly key: AccessKey | null;
}

/** What of a service account's key file is used. */
export interface ServiceAccount {
  readonly clientEmail: string;
  readonly privateKeyId: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  readonly tokenUrl: string;
}

export interface GcsStorage {
  readonly kind: "gcs";
  readonly bucket: string;
  readonly endpoint: string;
  readonly prefix: string;
  /** HMAC key of interoperability access, or a service account; `null`: the bucket is public. */
  readonly key: AccessKey | ServiceAccount | null;
}

export interface AzureStorage {
  readonly kind: "azure";
  readonly account: string;
  readonly container: string;
  readonly endpoint: string;
  readonly prefix: string;
  /** The account's key, or a shared access signature; `null`: the container is public. */
  readonly key: { readonly accountKey: Uint8Array } | { readonly sas: string } | null;
}

/** Where a storage is, and how to get in. */
export type StorageSettings = FolderStorage | HttpStorage | S3Storage | GcsStorage | AzureStorage;
export type StorageKind = StorageSettings["kind"];

const url = {
  accepts: "a URL such as https://host or https://host/folder, without user name, query and fragment",
  pattern: /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
};
const bucket = {
  accepts: "the name of a bucket",
  pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{1,220}[A-Za-z0-9]$/,
};
const folderInside = {
  accepts: 'a folder such as images/2026, without "." and ".."',
  pattern: /^(?!\/)(?!(.*\/)?\.{1,2}(\/|$))[^\0]+$/,
};

/**
 * The settings of each kind of storage, under its name; `docs/configuration.md` is made from them.
 * @param name of the storage, or a placeholder for documents
 */
export const storageSchemas = {
  folder: (name: string) => ({
    path: field(name, "path", {
      accepts: "a path",
      doc: "Folder whose files are originals. Links that lead out of it are not followed.",
    }),
  }),
  http: (name: string) => ({
    url: field(name, "url", { ...url, doc: "URL that is put before the path of an original." }),
    user: field(name, "user", {
      pattern: /^[^:\0\r\n]+$/,
      accepts: 'a text without ":"',
      doc: "User name of basic authentication.",
    }),
    password: secret(name, "PASSWORD", { pattern: /^[^\0\r\n]+$/, doc: "Password of basic authentication." }),
    headers: headersSetting(`storages.${name}.headers`, variable(name, "HEADERS")),
  }),
  s3: (name: string) => ({
    bucket: field(name, "bucket", { ...bucket, doc: "Bucket that holds the originals." }),
    region: field(name, "region", {
      pattern: /^[a-z0-9-]+$/,
      accepts: "a region such as eu-central-1",
      doc: "Region of the bucket; us-east-1 by default.",
    }),
    endpoint: field(name, "endpoint", {
      ...url,
      doc: "URL of another service that speaks S3's protocol; Amazon's by default.",
    }),
    pathStyle: pathStyle(name),
    prefix: field(name, "prefix", {
      ...folderInside,
      doc: "Folder in the bucket; everything else in it stays out of reach.",
    }),
    ...accessKey(name),
    sessionToken: secret(name, "SESSION_TOKEN", { doc: "Session token of keys that expire." }),
  }),
  gcs: (name: string) => ({
    bucket: field(name, "bucket", { ...bucket, doc: "Bucket that holds the originals." }),
    endpoint: field(name, "endpoint", {
      ...url,
      doc: "URL of the XML API; https://storage.googleapis.com by default.",
    }),
    prefix: field(name, "prefix", {
      ...folderInside,
      doc: "Folder in the bucket; everything else in it stays out of reach.",
    }),
    ...accessKey(name),
    serviceAccount: secret(name, "SERVICE_ACCOUNT", {
      doc: "Key file of a service account (JSON), instead of an HMAC key.",
    }),
  }),
  azure: (name: string) => ({
    account: field(name, "account", {
      pattern: /^[a-z0-9]{3,24}$/,
      accepts: "the name of a storage account",
      doc: "Storage account.",
    }),
    container: field(name, "container", {
      pattern: /^(\$root|\$web|[a-z0-9](-?[a-z0-9]){2,62})$/,
      accepts: "the name of a container",
      doc: "Container that holds the originals.",
    }),
    endpoint: field(name, "endpoint", {
      ...url,
      doc: "URL of the blob service; https://{account}.blob.core.windows.net by default.",
    }),
    prefix: field(name, "prefix", {
      ...folderInside,
      doc: "Folder in the container; everything else in it stays out of reach.",
    }),
    accountKey: secret(name, "ACCOUNT_KEY", {
      pattern: /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      accepts: "an account's key in base64",
      doc: "Key of the storage account.",
    }),
    sas: secret(name, "SAS", {
      pattern: /^\??[^\s#]*sig=[^\s#]+$/,
      accepts: "a shared access signature",
      doc: "Shared access signature with the right to read, instead of the key.",
    }),
  }),
} satisfies Record<StorageKind, (name: string) => Schema>;

/** What {@link storageSchemas} reads for one kind. */
export type RawStorage<K extends StorageKind> = Values<ReturnType<(typeof storageSchemas)[K]>>;

export const storagePrefix = "FRESHET_STORAGE_";

/** `photos-eu`, `BUCKET` → `FRESHET_STORAGE_PHOTOS_EU_BUCKET`. */
export function variable(name: string, member: string): string {
  return namedVariable(storagePrefix, name, member);
}

interface Text {
  readonly doc: string;
  readonly accepts?: string;
  readonly pattern?: RegExp;
}

function field(name: string, key: string, text: Text): Setting<string | null> {
  const env = variable(name, key.toUpperCase());
  return textSetting<string | null>({ key: `storages.${name}.${key}`, env, fallback: null, ...text });
}

function secret(name: string, member: string, text: Text): Setting<string | null> {
  return textSetting<string | null>({
    key: null,
    env: variable(name, member),
    fallback: null,
    secret: true,
    ...text,
  });
}

function accessKey(name: string) {
  const oneLine = /^\S+$/;
  return {
    accessKeyId: secret(name, "ACCESS_KEY_ID", {
      pattern: oneLine,
      doc: "Access key; without one the bucket must be public.",
    }),
    secretAccessKey: secret(name, "SECRET_ACCESS_KEY", {
      pattern: oneLine,
      doc: "Secret of the access key.",
    }),
  };
}

function pathStyle(name: string): Setting<boolean | null> {
  const accepts = "true or false";
  return {
    key: `storages.${name}.path_style`,
    env: variable(name, "PATH_STYLE"),
    fallback: null,
    accepts,
    secret: false,
    doc: "Whether the bucket is a folder of the URL, not a part of the host name; by default it is where an endpoint is set or the bucket's name has a dot.",
    read(raw) {
      if (raw === true || raw === "true") return true;
      if (raw === false || raw === "false") return false;
      throw new RangeError(accepts);
    },
  };
}
