/** A name server for tests: answers as it is told, differently each time if it is told so. */
export interface Zone {
  /** Addresses for the nth question about a name (from 0), or the name that it stands for. */
  readonly [name: string]: (asked: number) => {
    readonly a?: readonly string[];
    readonly aaaa?: readonly string[];
    readonly cname?: string;
  };
}

/** Types of records (RFC 1035 section 3.2.2, RFC 3596). */
const types = { a: 1, cname: 5, aaaa: 28 } as const;

/** Listens for UDP on an address and port; every answer has a life of 0 seconds. */
export async function startDns(zone: Zone, hostname: string, port: number) {
  const asked = new Map<string, number>();
  const questions: string[] = [];

  function answer(packet: Buffer): Buffer {
    const { name, type, end } = readQuestion(packet);
    questions.push(`${name} ${type}`);
    const records = recordsOf(name, type);
    const head = Buffer.from(packet.subarray(0, 12));
    // An answer, authoritative, recursion available; 3: there is no such name.
    head.writeUInt16BE(0x8580 | (zone[name] ? 0 : 3), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(records.length, 6);
    head.writeUInt32BE(0, 8);
    return Buffer.concat([head, packet.subarray(12, end), ...records]);
  }

  function recordsOf(name: string, type: number): Buffer[] {
    const make = zone[name];
    if (!make) return [];
    const key = `${name} ${type}`;
    const count = asked.get(key) ?? 0;
    asked.set(key, count + 1);
    const { a = [], aaaa = [], cname } = make(count);
    if (cname) return [record(name, types.cname, encodeName(cname)), ...recordsOf(cname, type)];
    if (type === types.a)
      return a.map((text) => record(name, type, Buffer.from(text.split(".").map(Number))));
    if (type === types.aaaa) return aaaa.map((text) => record(name, type, Buffer.from(text, "hex")));
    return [];
  }

  const socket = await Bun.udpSocket({
    hostname,
    port,
    socket: {
      data(socket, packet, fromPort, from) {
        socket.send(answer(Buffer.from(packet)), fromPort, from);
      },
    },
  });
  return { questions, port: socket.port, stop: () => socket.close() };
}

function readQuestion(packet: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = packet[at] ?? 0; length > 0; length = packet[at] ?? 0) {
    labels.push(packet.toString("latin1", at + 1, at + 1 + length).toLowerCase());
    at += 1 + length;
  }
  return { name: labels.join("."), type: packet.readUInt16BE(at + 1), end: at + 5 };
}

function encodeName(name: string): Buffer {
  const labels = name
    .split(".")
    .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function record(name: string, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([encodeName(name), head, data]);
}
