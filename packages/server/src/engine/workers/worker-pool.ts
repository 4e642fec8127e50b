import { type ErrorCode, FreshetError } from "@freshet/core";
import type { InputOf, JobCall, JobReply, JobTable, OutputOf } from "./job.ts";

/** A job that came to no end of its own. */
export class JobError extends Error {
  override readonly name = "JobError";
  /** `thrown`: an error without a public face; `late`: over its time; `died`: the worker stopped in the middle of it. */
  readonly reason: "thrown" | "late" | "died";

  constructor(reason: JobError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface WorkerPoolOptions {
  /** Threads at most; further jobs wait, and are done in the order in which they came. */
  readonly size: number;
  /** What one job may take, waiting not counted; then its worker is ended and another takes its place. */
  readonly jobMs: number;
  /** A worker without work for so long is ended: WebAssembly never gives memory back before. */
  readonly idleMs: number;
}

export interface WorkerPool<Table extends JobTable> {
  /** @throws FreshetError as the job threw it; JobError if it ended in another way than it should */
  run<Name extends keyof Table & string>(
    name: Name,
    input: InputOf<Table, Name>,
    transfer?: readonly ArrayBuffer[],
  ): Promise<OutputOf<Table, Name>>;
  /** Ends all workers; jobs that run or wait fail with `died`. */
  close(): void;
  /** Threads that there are now. */
  readonly workers: number;
}

interface Ticket {
  readonly call: JobCall;
  readonly transfer: readonly ArrayBuffer[];
  resolve(output: unknown): void;
  reject(error: Error): void;
}

/** What a pool knows of one of its workers. */
interface Seat {
  readonly worker: Worker;
  ticket: Ticket | null;
  timer: ReturnType<typeof setTimeout> | null;
}

/**
 * Threads that run the jobs of a table, started when they are needed. They keep the process alive only while a job
 * runs.
 *
 * @param entry a file that calls `answerJobs` with the same table
 */
export function createWorkerPool<Table extends JobTable>(
  entry: URL,
  { size, jobMs, idleMs }: WorkerPoolOptions,
): WorkerPool<Table> {
  const seats = new Set<Seat>();
  const queue: Ticket[] = [];

  function open(): Seat {
    // What keeps the process alive while a job runs is its timer.
    const worker = new Worker(entry.href, { ref: false });
    const seat: Seat = { worker, ticket: null, timer: null };
    seats.add(seat);
    worker.onmessage = ({ data }: { data: JobReply }) => finish(seat, data);
    // Errors that the job could not catch, and the end of the thread for whatever reason.
    worker.onerror = ({ message }) => drop(seat, new JobError("died", message));
    worker.addEventListener("close", () => drop(seat, new JobError("died", "the worker ended")));
    return seat;
  }

  function drop(seat: Seat, error: JobError): void {
    if (!seats.delete(seat)) return;
    if (seat.timer) clearTimeout(seat.timer);
    seat.worker.terminate();
    seat.ticket?.reject(error);
    seat.ticket = null;
    next();
  }

  function finish(seat: Seat, reply: JobReply): void {
    const ticket = seat.ticket;
    if (!ticket) return;
    if (seat.timer) clearTimeout(seat.timer);
    seat.ticket = null;
    settle(ticket, reply);
    rest(seat);
    next();
  }

  function rest(seat: Seat): void {
    seat.timer = setTimeout(() => drop(seat, new JobError("died", "nothing to do")), idleMs);
    seat.timer.unref();
  }

  function next(): void {
    if (queue.length === 0) return;
    const seat = [...seats].find(({ ticket }) => !ticket) ?? (seats.size < size ? open() : null);
    const ticket = seat ? queue.shift() : null;
    if (seat && ticket) begin(seat, ticket);
  }

  function begin(seat: Seat, ticket: Ticket): void {
    if (seat.timer) clearTimeout(seat.timer);
    seat.ticket = ticket;
    seat.timer = setTimeout(
      () => drop(seat, new JobError("late", `${ticket.call.name} took over ${jobMs} ms`)),
      jobMs,
    );
    try {
      seat.worker.postMessage(ticket.call, [...ticket.transfer]);
    } catch (error) {
      // An input that cannot be cloned.
      finish(seat, { kind: "failed", message: String(error) });
    }
  }

  return {
    run: (name, input, transfer = []) =>
      // biome-ignore lint/suspicious/noExplicitAny: of the type that the table says
      new Promise<any>((resolve, reject) => {
        queue.push({ call: { name, input }, transfer, resolve, reject });
        next();
      }),
    close() {
      const closed = new JobError("died", "the pool was closed");
      for (const { reject } of queue.splice(0)) reject(closed);
      for (const seat of [...seats]) drop(seat, closed);
    },
    get workers() {
      return seats.size;
    },
  };
}

function settle(ticket: Ticket, reply: JobReply): void {
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
