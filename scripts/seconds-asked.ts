/**
 * What `--minutes N` says, in seconds; a command line without it, or with a number that makes no sense, ends the program.
 * @param usage of the command
 */
export function secondsAsked(usage: string): number {
  const at = process.argv.indexOf("--minutes");
  const minutes = Number(process.argv[at + 1] ?? Number.NaN);
  if (at < 0 || !(minutes > 0 && minutes <= 24 * 60)) {
    console.error(`freshet: ${usage}, with N from 0 to 1440`);
    process.exit(1);
  }
  return Math.round(minutes * 60);
}
