/** What is asked for in the fault test, and what purges of it reach. */

/** Originals that are asked for: all of them have the same bytes at any moment, and the tag {@link originTag}. */
export const paths = ["/picture.bmp", "/album/picture.bmp"] as const;
export const shapes = [
  "w=16&force_format=png",
  "w=24&force_format=jpeg",
  "w=64&force_format=webp",
  "w=20&h=20",
] as const;
export const originTag = "pictures";

/** For how long the servers of the test may answer old pictures after a soft purge. */
export const softWindowS = 2;

export interface Question {
  readonly path: string;
  readonly shape: string;
}

/** For what answers a purge speaks, and from when after its DONE. */
export interface Reach {
  covers(question: Question): boolean;
  readonly graceMs: number;
}

export interface Purge extends Reach {
  /** Mode and scope, for the report. */
  readonly name: string;
  readonly order: object;
}

const modes = ["hard", "revalidate", "soft", "erase"] as const;

/** Every mode with every scope. @param url of the origin */
export function purgesOf(url: string): Purge[] {
  const everything = () => true;
  const scopes: { name: string; order: object; covers: Reach["covers"] }[] = [
    { name: "all", order: { scope: "all" }, covers: everything },
    { name: "prefix", order: { scope: "original", urls: [`${url}/*`] }, covers: everything },
    {
      name: "folder",
      order: { scope: "original", urls: [`${url}/album/*`] },
      covers: ({ path }) => path.startsWith("/album/"),
    },
    { name: "tag", order: { scope: "tag", tags: [originTag] }, covers: everything },
    ...paths.map((path) => ({
      name: "original",
      order: { scope: "original", urls: [`${url}${path}`] },
      covers: (question: Question) => question.path === path,
    })),
  ];
  const [path, shape] = [paths[0], shapes[0]];
  const ofOneShape = (question: Question) => question.path === path && question.shape === shape;
  scopes.push(
    { name: "url", order: { scope: "urls", urls: [`/${url}${path}?${shape}`] }, covers: ofOneShape },
    {
      name: "transformation",
      order: { scope: "original", urls: [`${url}${path}`], transformations: [shape] },
      covers: ofOneShape,
    },
  );
  return scopes.flatMap(({ name, order, covers }) =>
    modes.map((mode) => ({
      name: `${mode} ${name}`,
      order: { ...order, mode },
      covers,
      graceMs: mode === "soft" ? softWindowS * 1_000 : 0,
    })),
  );
}
