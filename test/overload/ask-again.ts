/** Run by `overload.ts`: asks for a URL again and again for some seconds, and prints what came of it as JSON. */
const [url = "", seconds = "1"] = process.argv.slice(2);
const byStatus: Record<string, number> = {};
const ms: number[] = [];
const endMs = performance.now() + Number(seconds) * 1000;

async function askOn(): Promise<void> {
  while (performance.now() < endMs) {
    const startMs = performance.now();
    const status = await fetch(url, { signal: AbortSignal.timeout(30_000) }).then(
      async (response) => {
        await response.bytes();
        return response.status;
      },
      () => 0,
    );
    byStatus[status] = (byStatus[status] ?? 0) + 1;
    ms.push(performance.now() - startMs);
    await Bun.sleep(5);
  }
}

await Promise.all([askOn(), askOn(), askOn(), askOn()]);
console.log(JSON.stringify({ byStatus, ms: ms.sort((a, b) => a - b) }));
