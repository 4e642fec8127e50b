import { checkLogRow, type LogRow } from "@freshet/core";
import { type Placeholder, type SQL, sql } from "drizzle-orm";

/** The channel that replicas wake one another by. */
const channel = "freshet";

/**
 * What one replica tells the others when it is committed, and not before. It only wakes: what happened is read from the
 * tables. Rows that it carries save that reading; whoever misses them finds out.
 *
 * - `rows`: the head has moved from `after` to `head`; `rows` are those in between, `null` if they are too long for it
 * - `nodes`: what nodes have done; `acks` is how far some have acknowledged, so that nobody looks in vain
 * - `log`: anything
 */
export type News =
  | {
      readonly of: "rows";
      readonly logId: string;
      readonly after: number;
      readonly head: number;
      readonly rows: readonly LogRow[] | null;
    }
  | { readonly of: "nodes"; readonly acks: Acks }
  | { readonly of: "log" };

/** Positions by process. */
export type Acks = Readonly<Record<string, number>>;

type Said = { readonly from: string } & (
  | { readonly of: "nodes" | "log"; readonly acks?: Acks }
  | {
      readonly of: "rows";
      readonly logId: string;
      readonly after: number;
      readonly head: number;
      readonly rows: readonly Omit<LogRow, "seq">[] | null;
    }
);

/** Postgres takes 7,999 bytes, of which the rest is room for what else is said. */
const maxBytes = 7_500;

/** To be selected in the statement that it is about. */
export function tellOf(of: "nodes" | "log", replica: string): SQL {
  return tell(JSON.stringify({ from: replica, of } satisfies Said));
}

/** To be selected in the statement that stores what nodes acknowledged. @param news see {@link acksText} */
export function tell(news: string | Placeholder): SQL {
  return sql`pg_notify(${channel}, ${news})`;
}

export function acksText(acks: Acks, replica: string): string {
  const said = { from: replica, of: "nodes", acks } satisfies Said;
  const text = JSON.stringify(said);
  return text.length <= maxBytes ? text : JSON.stringify({ ...said, acks: {} } satisfies Said);
}

/** The beginning of what is told of rows, as the one parameter of {@link tellOfRows}. */
export function startOfRows(rows: readonly Omit<LogRow, "seq">[], replica: string): string {
  const text = JSON.stringify(
    rows.map(({ job, token, kind, pattern, mode }) => ({ job, token, kind, pattern, mode })),
  );
  const carried = Buffer.byteLength(text) <= maxBytes ? text : "null";
  return `{"from":"${replica}","of":"rows","rows":${carried},"logId":"`;
}

/** @param where what in the statement is the identity of the log, the head before, and the head now */
export function tellOfRows(
  start: Placeholder,
  where: { readonly logId: SQL; readonly after: SQL; readonly head: SQL },
): SQL {
  return sql`pg_notify(${channel},
    ${start}::text || ${where.logId} || '","after":' || ${where.after} || ',"head":' || ${where.head} || '}')`;
}

/** @returns what another replica said, `null` for one's own. One of another version may say it in other words. */
function readNews(text: string, replica: string): News | null {
  try {
    const said = JSON.parse(text) as Said;
    return said.from === replica ? null : newsIn(said);
  } catch {
    return { of: "log" };
  }
}

function newsIn({ from: _, ...said }: Said): News {
  if (said.of === "nodes") return { of: "nodes", acks: said.acks ?? {} };
  if (said.of !== "rows") return { of: "log" };
  const { after, rows } = said;
  // A row of this group may have been left out, its key being taken.
  const isWhole = rows !== null && rows.length > 0 && after + rows.length === said.head;
  return {
    ...said,
    rows: isWhole ? rows.map((row, at) => checkLogRow({ ...row, seq: after + 1 + at })) : null,
  };
}

/** What `listen` of the pool is to be given. */
export function listenerOf(
  replica: string,
  hear: (news: News) => void,
): readonly [channel: string, hear: (text: string) => void] {
  return [
    channel,
    (text) => {
      const news = readNews(text, replica);
      if (news) hear(news);
    },
  ];
}
