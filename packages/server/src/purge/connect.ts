import type { Follower } from "./follower.ts";

const beatEveryMs = 1_000;
const reconnect = { firstMs: 50, maxMs: 1_000 };

/**
 * Keeps a follower connected to the log over a WebSocket: reconnects with growing pauses, beats each second.
 *
 * @param purgeUrl base URL of purge-api, http or https
 * @returns a function that ends it
 */
export function connectFollower(follower: Follower, purgeUrl: string, nodeKey: string): () => void {
  const url = `${purgeUrl.replace(/^http/, "ws").replace(/\/$/, "")}/internal/log`;
  let pauseMs: number = reconnect.firstMs;
  let socket: WebSocket | null = null;
  let retry: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;

  function open(): void {
    const ws = new WebSocket(url, { headers: { authorization: `Bearer ${nodeKey}` } });
    socket = ws;
    // A closing handshake may never come back on a dead connection, so an end is an end the moment it is decided.
    let ended = false;
    const end = () => {
      if (ended) return;
      ended = true;
      follower.disconnected();
      if (stopped) return;
      retry = setTimeout(open, pauseMs);
      pauseMs = Math.min(pauseMs * 2, reconnect.maxMs);
    };
    const close = () => {
      ws.close();
      end();
    };
    ws.onopen = () => {
      pauseMs = reconnect.firstMs;
      follower.connected({ send: (text) => ws.send(text), close });
    };
    ws.onmessage = ({ data }) => {
      if (ended) return;
      try {
        follower.receive(String(data));
      } catch (error) {
        console.error(`purge log: ${(error as Error).message}`);
        close();
      }
    };
    ws.onclose = end;
    ws.onerror = end;
  }

  open();
  const beating = setInterval(() => follower.beat(), beatEveryMs);
  return () => {
    stopped = true;
    clearInterval(beating);
    if (retry) clearTimeout(retry);
    socket?.close();
  };
}
