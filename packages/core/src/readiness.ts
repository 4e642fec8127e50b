/** One thing that a service looked at to say whether it is ready. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether the service cannot do without. */
  readonly required: boolean;
  readonly detail: string;
}

export interface Readiness {
  readonly isReady: boolean;
  readonly checks: readonly Check[];
}

/** Ready is who has everything that it cannot do without. */
export function readinessOf(checks: readonly Check[]): Readiness {
  return { isReady: checks.every(({ ok, required }) => ok || !required), checks };
}
