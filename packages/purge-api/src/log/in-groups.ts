/** Work that asks to be written: with others, in one transaction. */
export interface Grouped<W> {
  readonly work: W;
  /** Rows that it writes, at least about. */
  readonly rows: number;
}

/** Rows in one group: beyond, others wait their turn, so that heartbeats are answered in between. */
const rowsPerGroup = 10_000;

/**
 * Lets what is asked for at the same time share one commit: each waits for the disk once, however much is in it. What
 * is asked for while a group is being written makes up the next one.
 *
 * If a group fails, its members are tried again one by one, so that none fails for another's sake.
 *
 * @param write writes a group in one transaction, which is on disk when it resolves, with one result for each member
 * @param gather resolves when a group has had its chance to gather. @param isBusy others were asked for while the last
 *   group was written: more will be, now that those of it have their answers
 */
export function inGroups<W, R>(
  write: (group: readonly W[]) => Promise<readonly R[]>,
  gather: (isBusy: boolean) => Promise<unknown>,
): (asked: Grouped<W>) => Promise<R> {
  const waiting: (Grouped<W> & PromiseWithResolvers<R>)[] = [];
  let isWriting = false;

  async function writeAll(): Promise<void> {
    isWriting = true;
    try {
      for (let isBusy = false; waiting.length > 0; isBusy = true) {
        await gather(isBusy);
        await writeGroup(waiting.splice(0, groupLength()));
      }
    } finally {
      // In one step with the last look at what waits: who asks in between would be forgotten.
      isWriting = false;
    }
  }

  function groupLength(): number {
    let rows = 0;
    const tooMany = waiting.findIndex((member) => {
      rows += member.rows;
      return rows > rowsPerGroup;
    });
    return tooMany < 0 ? waiting.length : Math.max(1, tooMany);
  }

  async function writeGroup(group: typeof waiting): Promise<void> {
    try {
      const results = await write(group.map(({ work }) => work));
      for (const [at, { resolve }] of group.entries()) resolve(results[at] as R);
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const member of group) await writeGroup([member]);
    }
  }

  return (asked) => {
    const member = { ...asked, ...Promise.withResolvers<R>() };
    waiting.push(member);
    if (!isWriting) void writeAll();
    return member.promise;
  };
}
