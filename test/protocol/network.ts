import type { Connection, Hub } from "../../packages/purge-api/src/nodes/hub.ts";
import type { Follower } from "../../packages/server/src/purge/follower.ts";

/**
 * A connection between a node and the log whose messages arrive only when the test lets them, one at a time and in
 * order, as TCP would; a cut link carries nothing in either direction and tells nobody.
 */
export class Link {
  isCut = false;
  #up: string[] = [];
  #down: string[] = [];
  #connection: Connection | null = null;
  readonly #follower: Follower;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  get isOpen(): boolean {
    return this.#connection !== null;
  }

  open(hub: Hub): void {
    if (this.isCut || this.isOpen) return;
    const up: string[] = [];
    const down: string[] = [];
    this.#up = up;
    this.#down = down;
    this.#connection = hub.connect({
      send: (message) => void down.push(JSON.stringify(message)),
      close: () => this.drop(),
    });
    this.#follower.connected({ send: (text) => void up.push(text), close: () => this.drop() });
  }

  /** Both ends learn that the connection is gone; what was on its way is lost. */
  drop(): void {
    const connection = this.#connection;
    if (!connection) return;
    this.#connection = null;
    void connection.closed();
    this.#follower.disconnected();
  }

  /** The log's process died: only the node learns of it. */
  logDied(): void {
    if (!this.isOpen) return;
    this.#connection = null;
    this.#follower.disconnected();
  }

  async deliver(direction: "up" | "down"): Promise<void> {
    if (this.isCut || !this.#connection) return;
    const text = (direction === "up" ? this.#up : this.#down).shift();
    if (text === undefined) return;
    if (direction === "up") await this.#connection.receive(text);
    else this.#follower.receive(text);
  }
}
