/** Tells the test which port is listened on, and ends with it: its end closes our standard input. */
export function announce(port: number, log: (line: string) => void = console.log): void {
  log(`listening on http://127.0.0.1:${port}`);
  process.stdin.on("end", () => process.exit(0)).resume();
}
