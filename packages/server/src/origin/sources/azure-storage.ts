import type { AzureStorage } from "../storage-settings.ts";
import { conditions } from "./conditions.ts";
import { objectName } from "./object-name.ts";
import { objectPath } from "./object-path.ts";
import { originHeaders } from "./origin-headers.ts";
import { readAnswer } from "./read-answer.ts";
import { refuseObject } from "./refuse-object.ts";
import { signAzure } from "./sign-azure.ts";
import type { Storage } from "./storage.ts";

/** Without a version, public containers answer as in 2009, with ETags that lack their quotation marks. */
const version = "2021-12-02";

/** A container of Azure's blob storage. A client's query is never passed on: it would be signed with our key. */
export function createAzureStorage(settings: AzureStorage, now: () => number): Storage {
  const { account, container, prefix, key } = settings;
  const base = `${settings.endpoint}/${container}`;

  return async ({ path, known, signal, ...bounds }) => {
    const url = new URL(base + objectPath(prefix, objectName(path)));
    const headers: Record<string, string> = {
      ...originHeaders,
      ...conditions(known),
      "x-ms-version": version,
      "x-ms-date": new Date(now()).toUTCString(),
    };
    if (key && "accountKey" in key) {
      headers.authorization = signAzure({ method: "GET", url, headers }, account, key.accountKey);
    }
    if (key && "sas" in key) url.search = key.sas;
    const response = await fetch(url, { redirect: "manual", signal, headers });
    return readAnswer(response, known, bounds, refuseObject);
  };
}
