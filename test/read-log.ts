import { type LogRow, readLogMessage } from "../packages/core/src/index.ts";
import { keys, type Running } from "./processes.ts";

/** Follows the log as a node does, up to its head. */
export function readLog(purge: Running): Promise<LogRow[]> {
  const { promise, resolve, reject } = Promise.withResolvers<LogRow[]>();
  const authorization = `Bearer ${keys.node}`;
  const socket = new WebSocket(`${purge.url.replace("http", "ws")}/internal/log`, {
    headers: { authorization },
  });
  const rows: LogRow[] = [];
  let head = 0;
  const hello = {
    type: "hello",
    node: "reader",
    boot: "reader",
    fence: "refuse",
    logId: "",
    applied: 0,
    job: "",
  };
  socket.onopen = () => socket.send(JSON.stringify(hello));
  socket.onerror = () => reject(new Error("the log cannot be followed"));
  socket.onmessage = ({ data }) => {
    const message = readLogMessage(String(data));
    if (message.type === "welcome") head = message.head;
    if (message.type === "rows") {
      rows.push(...message.rows);
      socket.send(JSON.stringify({ type: "ack", applied: rows.at(-1)?.seq ?? 0 }));
    }
    if ((rows.at(-1)?.seq ?? 0) < head) return;
    socket.close();
    resolve(rows);
  };
  return promise;
}
