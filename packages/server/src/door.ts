import { FreshetError } from "@freshet/core";
import type { MemoryGuard } from "./memory-guard.ts";

/** Bounds what is answered at the same time, whatever it is that is asked for. */
export interface Door {
  /** To be called first of all for each request. @throws FreshetError `too_busy` */
  enter(url: string): void;
  /** To be called before something that is cached is read into memory. @throws FreshetError `too_busy` */
  read(): void;
  /** Says who counts the requests that are not answered to their last byte. */
  watch(pending: () => number): void;
  /** Requests that are not answered to their last byte. */
  readonly pending: number;
  /** Requests that were turned away so far. */
  readonly refused: number;
}

/** So many may have something read for them however little memory there is: or nothing might ever be answered again. */
const always = 8;

/** What tells operators how the server is must be answered above all when there is too much to do. */
const forOperators = /^[^/]*\/\/[^/]*\/(?:healthz|readyz|metrics)(?:$|\?)/;

/**
 * Counts requests until their last byte was sent: who reads slowly holds what he is sent, and who waits for a picture a
 * connection. @param most that are answered at the same time
 */
export function createDoor(most: number, memory: Pick<MemoryGuard, "isFull">): Door {
  let pending = () => 0;
  let refused = 0;
  const refuse = (detail: string) => {
    refused++;
    return new FreshetError("too_busy", `${detail}; try again in a moment`);
  };
  return {
    enter(url) {
      if (pending() <= most || forOperators.test(url)) return;
      throw refuse(`${most} requests are being answered already`);
    },
    read() {
      if (memory.isFull() && pending() > always) throw refuse("there is no memory for more answers");
    },
    watch(count) {
      pending = count;
    },
    get pending() {
      return pending();
    },
    get refused() {
      return refused;
    },
  };
}
