import { connect, type Socket } from "node:net";

export interface Answer {
  /** Status line and headers. */
  readonly head: string;
  /** The server will close the connection. */
  readonly isLast: boolean;
}

/** One connection of HTTP/1.1, used for one request after the other, that hides nothing and tries nothing again. */
export interface Client {
  /** On this side. */
  readonly port: number;
  readonly answers: number;
  /** @returns `null` if the connection ended without an answer */
  ask(path: string): Promise<Answer | null>;
  close(): void;
}

/** @throws Error if nobody listens */
export async function openClient(serverPort: number): Promise<Client> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect(serverPort, "127.0.0.1", () => resolve(opening));
    opening.once("error", reject);
  });
  let received = Buffer.alloc(0);
  let waiting: ((answer: Answer | null) => void) | null = null;
  let isOver = false;
  let answers = 0;
  const finish = (answer: Answer | null) => {
    const tell = waiting;
    waiting = null;
    tell?.(answer);
  };
  const over = () => {
    isOver = true;
    finish(null);
  };
  socket.on("error", over);
  socket.on("close", over);
  socket.on("data", (bytes) => {
    received = Buffer.concat([received, bytes as Buffer]);
    const headEnd = received.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = received.subarray(0, headEnd).toString();
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
    if (received.length < headEnd + 4 + length) return;
    received = received.subarray(headEnd + 4 + length);
    answers++;
    finish({ head, isLast: /^connection: close/im.test(head) });
  });
  return {
    port: socket.localPort as number,
    get answers() {
      return answers;
    },
    ask(path) {
      if (isOver) return Promise.resolve(null);
      const { promise, resolve } = Promise.withResolvers<Answer | null>();
      waiting = resolve;
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      return promise;
    },
    close: () => socket.destroy(),
  };
}
