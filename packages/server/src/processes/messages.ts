import type { MetricObjectWithValues, MetricValue } from "prom-client";

/** What one process has counted, as `prom-client` adds it up. */
export type Counted = MetricObjectWithValues<MetricValue<string>>[];

/** From a process that answers requests to the one that started it. */
export type ProcessMessage =
  /** It answers requests on this port. */
  | { readonly kind: "listening"; readonly port: number }
  /** Each second. What a process that died had counted is not lost. */
  | { readonly kind: "status"; readonly isReady: boolean; readonly counted: Counted }
  | { readonly kind: "counted"; readonly id: number; readonly counted: Counted }
  /** Somebody asks it for the metrics, and wants those of all. */
  | { readonly kind: "sum"; readonly id: number };

export type SupervisorMessage =
  | { readonly kind: "count"; readonly id: number }
  | { readonly kind: "summed"; readonly id: number; readonly text: string }
  /** Whether all processes that answer requests may answer from their caches. */
  | { readonly kind: "whole"; readonly isReady: boolean };
