/** What a command line says beside `--config` and its value, which every command takes. */
export function positional(args: readonly string[]): readonly string[] {
  const flag = args.indexOf("--config");
  return flag === -1 ? args : [...args.slice(0, flag), ...args.slice(flag + 2)];
}
