/** One event of a stream, or `null` for a sign of life. */
export type ServerEvent = { readonly event: string; readonly data: string } | null;

/**
 * Server-sent events of a body. `EventSource` cannot send the client key, so the form reads the stream itself; of the
 * format it knows what purge-api sends: `event`, one line of `data`, comments.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split(/\r?\n\r?\n/);
      text = blocks.pop() as string;
      for (const block of blocks) yield readEvent(block);
      if (blocks.length === 0) yield null;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function readEvent(block: string): ServerEvent {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const data = fields.get("data");
  return data === undefined ? null : { event: fields.get("event") ?? "message", data };
}
