/** The invalidation that the page's address names: `#job=4fc96d31-…`. The fragment is sent to no server. */
export function jobOfHash(hash: string): string | null {
  const [, uuid] = /^#job=([0-9a-f-]{8,64})$/i.exec(hash) ?? [];
  return uuid ?? null;
}

export function hashOfJob(uuid: string): string {
  return `#job=${uuid}`;
}
