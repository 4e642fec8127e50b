import type { Connection, Hub } from "../../packages/purge-api/src/nodes/hub.ts";
import type { Follower } from "../../packages/server/src/purge/follower.ts";

export type Direction = "up" | "down";

/**
 * A connection between a node and the log whose messages arrive only when the test lets them, one at a time and in
 * order, as TCP would, unless the test says otherwise; a cut link carries nothing in either direction and tells nobody.
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

  /** What waits to be delivered is delivered twice. */
  duplicate(direction: Direction): void {
    const waiting = this.#waiting(direction);
    if (waiting[0] !== undefined) waiting.unshift(waiting[0]);
  }

  /** The next message is overtaken by the one after it. */
  reorder(direction: Direction): void {
    const waiting = this.#waiting(direction);
    waiting.splice(0, 2, ...waiting.slice(0, 2).reverse());
  }

  async deliver(direction: Direction): Promise<void> {
    if (this.isCut || !this.#connection) return;
    const text = this.#waiting(direction).shift();
    if (text === undefined) return;
    if (direction === "up") await this.#connection.receive(text);
    else this.#hear(text);
  }

  #waiting(direction: Direction): string[] {
    return direction === "up" ? this.#up : this.#down;
  }

  /** As `connect.ts` does: who says what makes no sense is not listened to any more. */
  #hear(text: string): void {
    try {
      this.#follower.receive(text);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      this.drop();
    }
  }
}
