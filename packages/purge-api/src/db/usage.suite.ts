import { expect, test } from "bun:test";
import type { UsageStore } from "../stats/usage-store.ts";

/** What every store of usage must do. @param open a new, empty one */
export function usageSuite(name: string, open: () => Promise<UsageStore>): void {
  const used = { day: 20_000, token: "doc", bytes: 5_000_000_000, renders: 2, downloads: 1, stored: 70 };

  test(`${name}: reports are summed by token and day, and one that comes again is not counted again`, async () => {
    const store = await open();
    await store.add({
      boot: "a",
      number: 1,
      used: [used, { ...used, token: "shop" }, { ...used, day: 20_001 }],
    });
    await store.add({ boot: "a", number: 1, used: [used] });
    await store.add({ boot: "b", number: 1, used: [used] });
    await store.add({ boot: "a", number: 2, used: [{ ...used, renders: 10 }] });
    const { day: _, token: __, ...sums } = used;
    expect(await store.sum("shop", 0, 99_999)).toEqual(sums);
    expect(await store.sum("doc", 20_000, 20_000)).toEqual({
      ...{ bytes: 15_000_000_000, renders: 14, downloads: 3, stored: 210 },
    });
    expect(await store.sum("doc", 20_001, 20_001)).toEqual(sums);
    expect(await store.sum("doc", 20_002, 20_009)).toEqual({ bytes: 0, renders: 0, downloads: 0, stored: 0 });
  });

  test(`${name}: what is older than a year and a month is dropped, and processes that are gone are forgotten`, async () => {
    const store = await open();
    await store.add({ boot: "a", number: 9, used: [used] });
    await store.add({ boot: "b", number: 1, used: [{ ...used, day: 20_401 }] });
    expect((await store.sum("doc", 0, 20_400)).renders).toBe(0);
    await store.add({ boot: "a", number: 1, used: [{ ...used, day: 20_402 }] });
    expect((await store.sum("doc", 0, 20_402)).renders).toBe(4);
  });
}
