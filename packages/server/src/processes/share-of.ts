import type { Config } from "../config.ts";

/**
 * What one of several processes may take of what the settings allow all of them together. Renders are rounded up: kept
 * connections may all end in one process, which then has the machine for itself.
 */
export function shareOf(config: Config): Config {
  const { processes } = config;
  return {
    ...config,
    memoryBytes: Math.floor(config.memoryBytes / processes),
    originalMemoryBytes: Math.floor(config.originalMemoryBytes / processes),
    ceilingBytes: Math.floor(config.ceilingBytes / processes),
    renders: Math.ceil(config.renders / processes),
  };
}
