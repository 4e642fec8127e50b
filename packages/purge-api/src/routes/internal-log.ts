import { FreshetError, type LogMessage } from "@freshet/core";
import { Elysia } from "elysia";
import type { Connection, Hub } from "../nodes/hub.ts";
import { createWriter } from "../nodes/outbox.ts";
import { hasNodeKey } from "./node-key.ts";

/**
 * `/internal/log`: the WebSocket that nodes follow the log by. They prove that they are nodes with the key that they
 * share with this service.
 */
export function internalLogRoutes(deps: { hub: Hub; nodeKey: string | null }) {
  const { hub, nodeKey } = deps;
  const connections = new Map<string, Connection>();
  const write = createWriter();
  return new Elysia().ws("/internal/log", {
    // Nodes beat each second; a connection that is silent for this long is dead.
    idleTimeout: 30,
    beforeHandle({ request }) {
      if (!hasNodeKey(request, nodeKey)) {
        throw new FreshetError("key_wrong", "only image servers with the node key may follow the log");
      }
    },
    open(ws) {
      const peer = {
        send: (message: LogMessage) => void ws.raw.sendText(write(message)),
        close: (reason: string) => void ws.close(1008, reason),
      };
      connections.set(ws.id, hub.connect(peer));
    },
    message(ws, message) {
      void connections.get(ws.id)?.receive(typeof message === "string" ? message : JSON.stringify(message));
    },
    close(ws) {
      void connections.get(ws.id)?.closed();
      connections.delete(ws.id);
    },
  });
}
