import { describe, expect, test } from "bun:test";
import { generateKeyPairSync } from "node:crypto";
import { plainToken, type SettingsError } from "@freshet/core";
import { variable } from "./storage-settings.ts";
import { loadStorages, type Storages, storageNames, unknownStorages } from "./storages.ts";

function load(file: unknown, env: Record<string, string> = {}, files: Record<string, string> = {}): Storages {
  const readFile = (path: string) => {
    if (path in files) return files[path] as string;
    throw new Error("no such file");
  };
  return loadStorages({ env, file: { storages: file }, readFile });
}

/** What one storage called `photos` is read as. */
const read = (table: object, env: Record<string, string> = {}, files: Record<string, string> = {}) =>
  load({ photos: table }, env, files).get("photos");

function problemsOf(...args: Parameters<typeof load>): readonly string[] {
  try {
    load(...args);
    return [];
  } catch (error) {
    return (error as SettingsError).problems;
  }
}
const problems = (table: object, env: Record<string, string> = {}) => problemsOf({ photos: table }, env);

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const { privateKey: otherKind } = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const keyFile = {
  type: "service_account",
  client_email: "reader@project.iam.gserviceaccount.com",
  private_key: privateKey,
  private_key_id: "1",
};

describe("a storage", () => {
  test("may be a folder", () => {
    expect(read({ kind: "folder", path: "/srv/pictures" })).toEqual({
      kind: "folder",
      path: "/srv/pictures",
    });
  });

  test("may be a web server behind a password", () => {
    const table = {
      kind: "http",
      url: "https://cms.internal/files/",
      user: "freshet",
      headers: { "X-Origin": "1" },
    };
    expect(read(table, { FRESHET_STORAGE_PHOTOS_PASSWORD: "a:b" })).toEqual({
      kind: "http",
      url: "https://cms.internal/files",
      login: { user: "freshet", password: "a:b" },
      headers: { "x-origin": "1" },
    });
  });

  test("may be a web server that wants secret headers, which replace those of the file", () => {
    const table = { kind: "http", url: "http://h", headers: { a: "1" } };
    const files = { "/run/headers": "Authorization: Bearer x: y\n\nX-Key:  2\n" };
    expect(read(table, { FRESHET_STORAGE_PHOTOS_HEADERS_FILE: "/run/headers" }, files)).toEqual({
      kind: "http",
      url: "http://h",
      login: null,
      headers: { authorization: "Bearer x: y", "x-key": "2" },
    });
  });

  const s3 = { kind: "s3", bucket: "photos" };
  const s3Default = {
    kind: "s3",
    bucket: "photos",
    region: "us-east-1",
    endpoint: null,
    pathStyle: false,
    prefix: "",
    key: null,
  };
  const keyEnv = {
    FRESHET_STORAGE_PHOTOS_ACCESS_KEY_ID: "AKIA",
    FRESHET_STORAGE_PHOTOS_SECRET_ACCESS_KEY: "secret",
  };
  const key = { accessKeyId: "AKIA", secretAccessKey: "secret", sessionToken: null };
  const buckets: readonly [what: string, table: object, env: Record<string, string>, changes: object][] = [
    ["a public bucket of Amazon's", s3, {}, {}],
    ["a bucket in a region", { ...s3, region: "eu-central-1" }, {}, { region: "eu-central-1" }],
    ["a bucket with a key", s3, keyEnv, { key }],
    [
      "a bucket with a key that expires",
      s3,
      { ...keyEnv, FRESHET_STORAGE_PHOTOS_SESSION_TOKEN: "session" },
      { key: { ...key, sessionToken: "session" } },
    ],
    ["a part of a bucket", { ...s3, prefix: "public/2026/" }, {}, { prefix: "public/2026" }],
    [
      "a bucket elsewhere, whose name is part of the path",
      { ...s3, endpoint: "http://minio:9000/" },
      {},
      { endpoint: "http://minio:9000", pathStyle: true },
    ],
    [
      "a bucket elsewhere, whose name is part of the host's",
      { ...s3, endpoint: "https://r2.io", path_style: false },
      {},
      { endpoint: "https://r2.io", pathStyle: false },
    ],
    [
      "a bucket with dots, for which no certificate stands",
      { ...s3, bucket: "my.photos" },
      {},
      { bucket: "my.photos", pathStyle: true },
    ],
    [
      "what the environment says instead",
      s3,
      { FRESHET_STORAGE_PHOTOS_BUCKET: "other", FRESHET_STORAGE_PHOTOS_PATH_STYLE: "true" },
      { bucket: "other", pathStyle: true },
    ],
  ];
  for (const [what, table, env, changes] of buckets) {
    test(`may be ${what}`, () => expect(read(table, env)).toEqual({ ...s3Default, ...changes } as never));
  }

  const gcs = { kind: "gcs", bucket: "photos" };
  const gcsDefault = { ...gcs, endpoint: "https://storage.googleapis.com", prefix: "", key: null };
  test("may be a bucket of Google's", () => {
    expect(read(gcs)).toEqual(gcsDefault as never);
    expect(read(gcs, keyEnv)).toEqual({ ...gcsDefault, key } as never);
  });

  test("may be a bucket of Google's that a service account reads", () => {
    const files = { "/run/account.json": `${JSON.stringify(keyFile)}\n` };
    const env = { FRESHET_STORAGE_PHOTOS_SERVICE_ACCOUNT_FILE: "/run/account.json" };
    expect(read(gcs, env, files)).toEqual({
      ...gcsDefault,
      key: {
        clientEmail: "reader@project.iam.gserviceaccount.com",
        privateKey,
        privateKeyId: "1",
        tokenUrl: "https://oauth2.googleapis.com/token",
      },
    } as never);
    const elsewhere = { ...keyFile, token_uri: "https://tokens.example/token" };
    expect(read(gcs, { FRESHET_STORAGE_PHOTOS_SERVICE_ACCOUNT: JSON.stringify(elsewhere) })).toMatchObject({
      key: { tokenUrl: "https://tokens.example/token" },
    });
  });

  const azure = { kind: "azure", account: "shop", container: "photos" };
  const azureDefault = { ...azure, endpoint: "https://shop.blob.core.windows.net", prefix: "", key: null };
  test("may be a container of Azure's", () => {
    expect(read(azure)).toEqual(azureDefault as never);
    expect(read(azure, { FRESHET_STORAGE_PHOTOS_ACCOUNT_KEY: "AQIDBA==" })).toEqual({
      ...azureDefault,
      key: { accountKey: Buffer.from([1, 2, 3, 4]) },
    } as never);
    expect(read(azure, { FRESHET_STORAGE_PHOTOS_SAS: "?sv=2021&sp=r&sig=a%2Bb" })).toEqual({
      ...azureDefault,
      key: { sas: "sv=2021&sp=r&sig=a%2Bb" },
    } as never);
    const emulator = { ...azure, endpoint: "http://127.0.0.1:10000/shop" };
    expect(read(emulator)).toMatchObject({ endpoint: "http://127.0.0.1:10000/shop" });
  });

  test("is found by its name, beside others", () => {
    const storages = load(
      { "photos-eu": { kind: "s3", bucket: "eu-bucket" }, local: { kind: "folder", path: "x" } },
      { FRESHET_STORAGE_PHOTOS_EU_REGION: "eu-west-3" },
    );
    expect([...storages.keys()]).toEqual(["photos-eu", "local"]);
    expect(storages.get("photos-eu")).toMatchObject({ region: "eu-west-3" });
  });

  test("need not be", () => {
    expect(loadStorages({ env: {}, file: {}, readFile: () => "" }).size).toBe(0);
  });
});

describe("what is wrong with a storage", () => {
  const at = "storages.photos";
  const env = "FRESHET_STORAGE_PHOTOS";
  const s3 = { kind: "s3", bucket: "photos" };
  const gcs = { kind: "gcs", bucket: "photos" };
  const azure = { kind: "azure", account: "shop", container: "photos" };
  const http = { kind: "http", url: "http://h" };
  const kinds = "expected one of folder, http, s3, gcs, azure";
  const account = JSON.stringify(keyFile);
  const badAccount = `${env}_SERVICE_ACCOUNT: expected the key file of a service account in JSON`;

  const table: readonly [storage: object, env: Record<string, string>, ...problems: string[]][] = [
    [{}, {}, `${at}.kind: ${kinds}`],
    [{ kind: "ftp" }, {}, `${at}.kind: ${kinds}`],
    [{ kind: "constructor" }, {}, `${at}.kind: ${kinds}`],
    [{ kind: "folder" }, {}, `${at}.path: is needed`],
    [{ kind: "folder", path: 5 }, {}, `${at}.path: expected a path, got 5`],
    [{ kind: "http" }, {}, `${at}.url: is needed`],
    [{ kind: "s3" }, {}, `${at}.bucket: is needed`],
    [{ kind: "gcs" }, {}, `${at}.bucket: is needed`],
    [{ kind: "azure" }, {}, `${at}.account: is needed`, `${at}.container: is needed`],
    [
      { ...s3, speed: 1, bukket: "x" },
      {},
      `${at}.speed: there is no such setting`,
      `${at}.bukket: there is no such setting`,
    ],
    [
      { ...s3, secret_access_key: "x" },
      {},
      `${at}.secret_access_key: a secret has no place in this file: set ${env}_SECRET_ACCESS_KEY`,
    ],
    [
      { ...http, password: "x" },
      {},
      `${at}.password: a secret has no place in this file: set ${env}_PASSWORD`,
    ],
    [{ ...s3, path_style: 1 }, {}, `${at}.path_style: expected true or false, got 1`],
    [{ ...http, user: "u" }, {}, `${env}_PASSWORD: is needed beside ${at}.user`],
    [http, { [`${env}_PASSWORD`]: "p" }, `${at}.user: is needed beside ${env}_PASSWORD`],
    [
      { ...http, user: "u" },
      { [`${env}_PASSWORD`]: "p", [`${env}_HEADERS`]: "Authorization: x" },
      `${env}_HEADERS: authorization cannot be set beside a user and a password`,
    ],
    [
      s3,
      { [`${env}_ACCESS_KEY_ID`]: "x" },
      `${env}_SECRET_ACCESS_KEY: is needed beside ${env}_ACCESS_KEY_ID`,
    ],
    [
      s3,
      { [`${env}_SECRET_ACCESS_KEY`]: "x" },
      `${env}_ACCESS_KEY_ID: is needed beside ${env}_SECRET_ACCESS_KEY`,
    ],
    [
      s3,
      { [`${env}_SESSION_TOKEN`]: "x" },
      `${env}_SESSION_TOKEN: belongs to an access key, and there is none`,
    ],
    [
      gcs,
      {
        [`${env}_ACCESS_KEY_ID`]: "x",
        [`${env}_SECRET_ACCESS_KEY`]: "y",
        [`${env}_SERVICE_ACCOUNT`]: account,
      },
      `${env}_SERVICE_ACCOUNT: a storage has either a service account or an access key`,
    ],
    [gcs, { [`${env}_SERVICE_ACCOUNT`]: "{" }, badAccount],
    [gcs, { [`${env}_SERVICE_ACCOUNT`]: "null" }, badAccount],
    [gcs, { [`${env}_SERVICE_ACCOUNT`]: '{"client_email":"a"}' }, badAccount],
    [gcs, { [`${env}_SERVICE_ACCOUNT`]: JSON.stringify({ ...keyFile, private_key: "secret!" }) }, badAccount],
    [gcs, { [`${env}_SERVICE_ACCOUNT`]: JSON.stringify({ ...keyFile, private_key: otherKind }) }, badAccount],
    [gcs, { [`${env}_SERVICE_ACCOUNT`]: JSON.stringify({ ...keyFile, token_uri: "nowhere" }) }, badAccount],
    [
      azure,
      { [`${env}_ACCOUNT_KEY`]: "abc" },
      `${env}_ACCOUNT_KEY: expected an account's key in base64, got something else`,
    ],
    [
      azure,
      { [`${env}_SAS`]: "sv=2021" },
      `${env}_SAS: expected a shared access signature, got something else`,
    ],
    [
      azure,
      { [`${env}_ACCOUNT_KEY`]: "AQID", [`${env}_SAS`]: "sig=x" },
      `${env}_SAS: a storage has either a shared access signature or the account's key`,
    ],
    [s3, { [`${env}_SECRET_KEY`]: "x" }, `${env}_SECRET_KEY: no storage reads it`],
    [
      s3,
      { FRESHET_STORAGE_PHOTO_ACCESS_KEY_ID: "x" },
      "FRESHET_STORAGE_PHOTO_ACCESS_KEY_ID: no storage reads it",
    ],
    [s3, { [`${env}_SECRET_ACCESS_KEY_FILE`]: "/nowhere" }, `${env}_SECRET_ACCESS_KEY_FILE: no such file`],
  ];
  for (const [storage, variables, ...expected] of table) {
    test(expected.join("; "), () => {
      expect(problems(storage, variables)).toEqual(expected);
    });
  }

  const url =
    "expected a URL such as https://host or https://host/folder, without user name, query and fragment";
  const prefix = 'expected a folder such as images/2026, without "." and ".."';
  const values: readonly [storage: object, member: string, accepts: string, ...values: string[]][] = [
    [http, "url", url, "h", "ftp://h", "http://u:p@h", "http://h?x", "http://h#x", "http://h/a b", "http://"],
    [s3, "endpoint", url, "minio:9000", "https://key@h"],
    [s3, "bucket", "expected the name of a bucket", "", "a", "a/b", "../b", "a b", "-a-", "a?"],
    [s3, "region", "expected a region such as eu-central-1", "", "eu/central", "EU", "x.evil.example/"],
    [s3, "prefix", prefix, "", "/a", "..", "a/..", "a/../b", ".", "./a", "a/./b"],
    [azure, "account", "expected the name of a storage account", "", "Shop", "a", "a.b", "evil/x"],
    [azure, "container", "expected the name of a container", "", "Photos", "a", "a--b", "a/b", "-ab"],
  ];
  for (const [storage, member, accepts, ...bad] of values) {
    for (const value of bad) {
      test(`${member} = "${value}"`, () => {
        expect(problems({ ...storage, [member]: value })).toEqual([
          `${at}.${member}: ${accepts}, got ${JSON.stringify(value)}`,
        ]);
      });
    }
  }

  test("and its URL has a port that is none", () => {
    expect(problems({ ...http, url: "http://h:99999" })).toEqual([`${at}.url: is no URL`]);
  });

  for (const name of ["Photos", "a_b", "-a", "a-", "a.b", "", "ü", "a".repeat(64)]) {
    test(`and it is called "${name}"`, () => {
      expect(problemsOf({ [name]: { kind: "folder", path: "x" } })).toEqual([
        expect.stringContaining("a storage's name is"),
      ]);
    });
  }

  test("and all of it at once, for all storages", () => {
    const file = { a: { kind: "s3", region: 5 }, b: { kind: "?" }, c: { kind: "folder", pth: "x" } };
    expect(problemsOf(file, { FRESHET_STORAGE_B_SECRET: "x", FRESHET_STORAGE_D_SECRET: "x" })).toEqual([
      "storages.a.region: expected a region such as eu-central-1, got 5",
      `storages.b.kind: ${kinds}`,
      "storages.c.pth: there is no such setting",
      "storages.c.path: is needed",
      "FRESHET_STORAGE_D_SECRET: no storage reads it",
    ]);
  });

  test("and another's variables have the same names", () => {
    const file = {
      a: { kind: "gcs", bucket: "photos" },
      "a-service": { kind: "azure", account: "shop", container: "photos" },
    };
    expect(problemsOf(file)).toEqual([
      `${variable("a", "SERVICE_ACCOUNT")}: two storages would read it, so one needs another name`,
    ]);
  });

  test("and there is no table", () => {
    for (const file of [5, "x", [], null]) {
      expect(problemsOf(file)).toEqual(["storages: expected tables such as [storages.photos]"]);
    }
    expect(problemsOf({ photos: "s3" })).toEqual([`${at}.kind: ${kinds}`]);
  });

  test("never shows a secret", () => {
    const secrets = {
      [`${env}_ACCESS_KEY_ID`]: "hush hush",
      [`${env}_SECRET_ACCESS_KEY`]: "hush hush",
      [`${env}_SERVICE_ACCOUNT`]: "hush hush",
      [`${env}_ACCOUNT_KEY`]: "hush hush",
      [`${env}_SAS`]: "hush hush",
      [`${env}_HEADERS`]: "hush hush",
      [`${env}_PASSWORD`]: "hush\nhush",
    };
    for (const kind of ["folder", "http", "s3", "gcs", "azure"]) {
      expect(problems({ kind }, secrets).join("\n")).not.toContain("hush");
    }
  });
});

describe("headers", () => {
  const http = { kind: "http", url: "http://h" };
  const env = "FRESHET_STORAGE_PHOTOS_HEADERS";
  const table: readonly [headers: unknown, problem: string][] = [
    [{ a: "b" }, ""],
    [5, "a table of headers"],
    [["a: b"], "a table of headers"],
    [{ a: 1 }, 'a text of one line in ASCII for the header "a"'],
    [{ a: "1\r\nb: 2" }, 'a text of one line in ASCII for the header "a"'],
    [{ a: "ü" }, 'a text of one line in ASCII for the header "a"'],
    [{ "a b": "1" }, "names of headers, as in `X-Origin: freshet`"],
    [{ "": "1" }, "names of headers, as in `X-Origin: freshet`"],
    [{ Host: "h" }, 'headers other than "host", which Freshet sets itself'],
    [{ "If-None-Match": "x" }, 'headers other than "if-none-match", which Freshet sets itself'],
    [{ Range: "bytes=0-" }, 'headers other than "range", which Freshet sets itself'],
    [{ "Content-Length": "5" }, 'headers other than "content-length", which Freshet sets itself'],
    [{ Authorization: "x" }, `headers without secrets ("authorization" belongs in ${env})`],
    [{ cookie: "x" }, `headers without secrets ("cookie" belongs in ${env})`],
  ];
  for (const [headers, problem] of table) {
    test(`${JSON.stringify(headers)} are ${problem ? "refused" : "taken"}`, () => {
      const expected = problem ? [`storages.photos.headers: expected ${problem}, got something else`] : [];
      expect(problems({ ...http, headers })).toEqual(expected);
    });
  }

  test("are no lines in the file, where nothing tells which are secret", () => {
    expect(problems({ ...http, headers: "Authorization: x" })).toEqual([
      `storages.photos.headers: lines of headers have no place in this file: set ${env}`,
    ]);
  });

  for (const lines of ["no colon", "a: 1\nb", "Host: h", "a b: c", ": x"]) {
    test(`${JSON.stringify(lines)} are refused in the environment`, () => {
      expect(problems(http, { [env]: lines })).toEqual([
        expect.stringMatching(new RegExp(`^${env}: expected .*, got something else$`)),
      ]);
    });
  }
});

test("aliases and prefixes of tokens name storages that are there", () => {
  const file = { storages: { photos: { kind: "not even this is right" } } };
  const storages = storageNames({ file, env: {}, readFile: () => "" });
  const tokens = [
    {
      ...plainToken("a"),
      aliases: { _p_: "storage://photos", _q_: "storage://photos/in", _r_: "storage.host/x" },
    },
    { ...plainToken("b"), aliases: { _p_: "storage://paintings/in" }, originPrefix: "storage://photo" },
    { ...plainToken("c"), originPrefix: "storage://photos/" },
  ];
  expect(unknownStorages(tokens, storages)).toEqual([
    "tokens.b.aliases._p_: there is no [storages.paintings]",
    "tokens.b.origin_prefix: there is no [storages.photo]",
  ]);
});
