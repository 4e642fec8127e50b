import { dataFolder, type Running } from "./processes.ts";

/** Remembers what one file of tests started and made, so that nothing of it is left when they have ended. */
export function createKeeper() {
  const running: Running[] = [];
  const folders: { remove(): void }[] = [];
  return {
    newFolder(): string {
      const folder = dataFolder();
      folders.push(folder);
      return folder.path;
    },
    async keep(starting: Promise<Running>): Promise<Running> {
      const process = await starting;
      running.push(process);
      return process;
    },
    /** For `afterAll`. What has ended by itself, or was ended by a test, may be ended again. */
    async end(): Promise<void> {
      for (const process of running) await process.kill();
      for (const folder of folders) folder.remove();
    },
  };
}
