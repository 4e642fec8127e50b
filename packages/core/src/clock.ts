/** Time, passed in: core and everything that decides about leases never look at a clock of their own. */
export interface Clock {
  /** Milliseconds since some moment; never runs backwards, may stop while the machine is suspended. */
  monotonicMs(): number;
  /** Milliseconds since 1970, with decimals where the system has them; may be set forward and backward. */
  wallMs(): number;
}
