import { type ErrorCode, FreshetError } from "@freshet/core";
import { createForgottenNames } from "./forgotten-names.ts";
import { removeAbandoned } from "./hand-over.ts";
import type { InputOf, JobEnd, JobTable, OutputOf } from "./job.ts";
import { JobError } from "./job-error.ts";
import { type Child, type ChildJob, type ChildOptions, openChild } from "./open-child.ts";

export interface ChildPoolOptions extends ChildOptions {
  /** Processes at most; further jobs wait, and are done in the order in which they came. */
  readonly size: number;
  /** A child that holds more than this after a job is ended: allocators and WebAssembly give nothing back. */
  readonly keptBytes: number;
  /** A child without work for so long is ended, but for the last one. */
  readonly idleMs: number;
  /** If the last one holds more than this by then, a new one takes its place. */
  readonly restBytes: number;
}

export interface ChildPool<Table extends JobTable> {
  /**
   * Has a child do a job.
   * @param files are handed over in pieces, so that the event loop is not held up for longer than one takes
   * @param keep name of the first file, if the child may keep it: the next job with that name is given to it, if it is free
   * @throws FreshetError as the job threw it; JobError if it ended in another way than it should
   */
  run<Name extends keyof Table & string>(
    name: Name,
    input: InputOf<Table, Name>,
    files?: readonly Uint8Array[],
    keep?: string | null,
  ): Promise<OutputOf<Table, Name>>;
  /**
   * Ends the children that keep the file of that name, or any file without a name: at once, or after what they are at. A file
   * of that name that comes later is kept by none of them for a minute: it may have been on its way.
   */
  forget(name?: string): void;
  /** Memory that all of them take, without what they share with this process. */
  bytes(): number;
  /** Ends the one that takes most; its job fails with `killed`. @returns whether there was one */
  endLargest(): boolean;
  /** Starts a child, so that the first job need not wait for it. */
  warm(): void;
  /** Ends all children; jobs that run or wait fail with `killed`. */
  close(): void;
  /** Process ids of the children that there are now. */
  readonly pids: readonly number[];
}

/**
 * Who had a file's bytes in hand when it was to be forgotten, or was about to read them, has had its turn by then. Until then
 * its child does not keep them.
 */
const forgottenMs = 60_000;

interface Ticket extends ChildJob {
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

interface Seat {
  readonly child: Child;
  /** What it is at. */
  ticket: Ticket | null;
  /** It is to be ended after that. */
  isSpoiled: boolean;
  idle: ReturnType<typeof setTimeout> | null;
}

/**
 * Processes that run the jobs of a table, one at a time each, started when they are needed. What a job does to its
 * process (a crash, an endless loop, memory without end) it does to nobody else: the child is replaced.
 *
 * @param command starts a program that calls `answerJobs` with the same table
 */
export function createChildPool<Table extends JobTable>(
  command: readonly string[],
  options: ChildPoolOptions,
): ChildPool<Table> {
  const { size, keptBytes, idleMs, restBytes } = options;
  removeAbandoned();
  const seats = new Set<Seat>();
  const queue: Ticket[] = [];
  const gone = createForgottenNames(forgottenMs, () => performance.now());

  function open(): Seat {
    const leave = () => {
      seats.delete(seat);
      if (seat.idle) clearTimeout(seat.idle);
      next();
    };
    const seat: Seat = {
      child: openChild(command, options, leave),
      ticket: null,
      isSpoiled: false,
      idle: null,
    };
    seats.add(seat);
    return seat;
  }

  function next(): void {
    while (queue.length > 0) {
      const seat = freeFor(queue[0] as Ticket, seats) ?? (seats.size < size ? open() : null);
      if (seat === null) return;
      void begin(seat, queue.shift() as Ticket);
    }
  }

  async function begin(seat: Seat, ticket: Ticket): Promise<void> {
    seat.ticket = ticket;
    if (seat.idle) clearTimeout(seat.idle);
    try {
      const keep = ticket.keep !== null && gone.has(ticket.keep) ? null : ticket.keep;
      settle(ticket, await seat.child.perform({ ...ticket, keep }));
    } catch (error) {
      ticket.reject(error);
      return;
    }
    seat.ticket = null;
    if (seat.isSpoiled) seat.child.end(forgotten());
    else if (seat.child.bytes() > keptBytes)
      seat.child.end(new JobError("killed", "it holds too much memory"));
    else rest(seat);
    next();
  }

  function rest(seat: Seat): void {
    seat.idle = setTimeout(() => {
      const isLast = seats.size === 1;
      if (isLast && seat.child.bytes() <= restBytes) return;
      seat.child.end(new JobError("killed", "there is nothing to do"));
      if (isLast) open();
    }, idleMs);
    seat.idle.unref();
  }

  return {
    run: (name, input, files = [], keep = null) =>
      // biome-ignore lint/suspicious/noExplicitAny: of the type that the table says
      new Promise<any>((resolve, reject) => {
        queue.push({ name, input, files, keep, resolve, reject });
        next();
      }),
    forget(name) {
      if (name !== undefined) gone.add(name);
      for (const seat of [...seats]) {
        if (name !== undefined && !seat.child.keeps(name) && seat.ticket?.keep !== name) continue;
        if (seat.ticket) seat.isSpoiled = true;
        else seat.child.end(forgotten());
      }
    },
    bytes() {
      let sum = 0;
      for (const { child } of seats) sum += child.ownBytes();
      return sum;
    },
    endLargest() {
      const [largest] = [...seats].sort((a, b) => b.child.ownBytes() - a.child.ownBytes());
      largest?.child.end(new JobError("killed", "all processes together took too much memory"));
      return largest !== undefined;
    },
    warm() {
      if (seats.size === 0) open();
    },
    close() {
      const closed = new JobError("killed", "the pool was closed");
      for (const { reject } of queue.splice(0)) reject(closed);
      for (const { child } of [...seats]) child.end(closed);
    },
    get pids() {
      return [...seats].map(({ child }) => child.pid);
    },
  };
}

/** The one that keeps the job's file, or any. */
function freeFor({ keep }: Ticket, seats: ReadonlySet<Seat>): Seat | null {
  const free = [...seats].filter(({ ticket }) => ticket === null);
  return free.find(({ child }) => keep !== null && child.keeps(keep)) ?? free[0] ?? null;
}

function forgotten(): JobError {
  return new JobError("killed", "it keeps a file that is to be gone");
}

function settle(ticket: Ticket, reply: JobEnd): void {
  switch (reply.kind) {
    case "done":
      ticket.resolve(reply.output);
      break;
    case "refused":
      ticket.reject(new FreshetError(reply.code as ErrorCode, reply.detail));
      break;
    case "failed":
      ticket.reject(new JobError("thrown", reply.message));
      break;
  }
}
