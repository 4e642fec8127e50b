import { afterAll, beforeAll } from "bun:test";
import { type PostgresServer, startPostgres } from "./postgres.fixture.ts";
import { type OpenPostgres, openPostgres } from "./postgres-open.ts";

/** A server for one file of tests, from before the first of them until after the last. */
export function usePostgres() {
  let server: PostgresServer;
  const opened = new Set<OpenPostgres>();

  async function closeAll(): Promise<void> {
    for (const database of opened) await database.close();
    opened.clear();
  }

  beforeAll(async () => {
    server = await startPostgres();
  }, 300_000);
  afterAll(async () => {
    await closeAll();
    await server.close();
  });
  return {
    newDatabase: () => server.newDatabase(),
    /** One replica's connections. */
    async open(url: string): Promise<OpenPostgres> {
      const database = await openPostgres(url, null);
      opened.add(database);
      return database;
    },
    closeAll,
  };
}
