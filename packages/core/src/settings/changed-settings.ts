import type { Schema } from "./load-settings.ts";

/**
 * Names of settings that differ between two readings, as an operator knows them.
 * @param except members of the schema whose change is no news
 */
export function changedSettings<S extends Schema>(
  schema: S,
  first: { readonly [K in keyof S]: unknown },
  next: { readonly [K in keyof S]: unknown },
  except: readonly (keyof S)[],
): string[] {
  const text = (value: unknown) => JSON.stringify(value);
  return Object.entries(schema)
    .filter(([name]) => !except.includes(name) && text(first[name]) !== text(next[name]))
    .map(([, setting]) => setting.key ?? setting.env);
}
