import { FreshetError, type Size } from "@freshet/core";
import { inspect, type SourceInfo } from "../origin/inspect.ts";
import type { Render } from "../render/make-variant.ts";
import { childCommand } from "./child-command.ts";
import { type ChildPoolOptions, createChildPool } from "./child-pool.ts";
import { JobError } from "./job-error.ts";
import type { Jobs } from "./jobs.ts";

/** What is done with strangers' files, each in a process that may die of it. */
export interface Children {
  readonly render: Render;
  /** As `inspect`; what JavaScript reads by itself is read here. */
  inspect(bytes: Uint8Array): Promise<SourceInfo>;
  /** A drawing of our own as a picture file. */
  drawPng(svg: string, size: Size): Promise<Uint8Array>;
  /** Nothing of an original is to be kept any longer. @param content name of its bytes; without it, nothing of any */
  forget(content?: string): void;
  bytes(): number;
  endLargest(): boolean;
  warm(): void;
  close(): void;
  readonly pids: readonly number[];
}

/** @param onLost told of each child that ended over a job, or was ended because of it */
export function createChildren(options: ChildPoolOptions, onLost: (error: JobError) => void): Children {
  const pool = createChildPool<Jobs>(childCommand(), options);

  async function run<T>(job: Promise<T>): Promise<T> {
    try {
      return await job;
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      if (error.reason !== "thrown") onLost(error);
      throw explain(error, options);
    }
  }

  return {
    render({ original, watermarks }, plan, output, { content, others }) {
      return run(pool.run("render", { plan, output, others }, [original, ...watermarks], content));
    },
    inspect: (bytes) => inspect(bytes, (file) => run(pool.run("read-header", null, [file]))),
    drawPng: (svg, size) => run(pool.run("draw-png", { svg, size })),
    forget: pool.forget,
    bytes: pool.bytes,
    endLargest: pool.endLargest,
    warm: pool.warm,
    close: pool.close,
    get pids() {
      return pool.pids;
    },
  };
}

/** What the client is told. An error that a job threw by mistake stays one: it is a bug of ours. */
function explain(error: JobError, { jobMs, jobBytes }: ChildPoolOptions): Error {
  switch (error.reason) {
    case "thrown":
      return error;
    case "late":
      return refuse("original_too_large", `making this picture of it takes longer than ${jobMs} ms`, error);
    case "memory":
      return refuse(
        "original_too_large",
        `making this picture of it takes more than ${jobBytes} bytes of memory`,
        error,
      );
    case "crashed":
      return refuse("image_broken", "its decoder broke down over it", error);
    case "killed":
      return refuse("overloaded", "the process that made the picture was ended; try again", error);
  }
}

function refuse(code: "original_too_large" | "image_broken" | "overloaded", detail: string, cause: JobError) {
  return new FreshetError(code, detail, { cause });
}
