/** The only script that the page ever names by itself: Trusted Types let no other address through. */
const workerUrl = "sw.js";

/** Lets the page open without a network, once it was open. Browsers have this only with TLS, and on localhost. */
export function keepOffline(): void {
  if (!("serviceWorker" in navigator)) return;
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy("freshet", { createScriptURL: () => workerUrl });
  const url = policy?.createScriptURL("") ?? workerUrl;
  navigator.serviceWorker.register(url as string).catch(() => {
    // A browser that forbids it has the page without.
  });
}

/** What TypeScript does not know yet. @see https://www.w3.org/TR/trusted-types/ */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(): string },
  ): { createScriptURL(text: string): unknown };
}
