import { Worker, workerData } from "node:worker_threads";
import { keepWrittenBack } from "./write-back.ts";

/**
 * Starts this program once more, as a thread, in a process that has no supervisor: to bring SQLite's logs into their files
 * it has to wait for the disk, 20 ms each time and more, and nothing would be answered meanwhile.
 *
 * @param report told if the thread has ended: the process does it itself then, seldom, and waits for longer
 */
export function writeBackInThread(dataDir: string, report: (error: unknown) => void): void {
  const thread = new Worker(Bun.main, { workerData: dataDir });
  thread.on("error", report);
  thread.unref();
}

/** What the thread does until the process ends. */
export function workInThread(report: (error: unknown) => void): void {
  keepWrittenBack(workerData as string, report);
}
