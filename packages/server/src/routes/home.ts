import { Elysia } from "elysia";

const welcome = `Freshet image server

Put an image's address behind this one, and say what you want of it:

  /sample.li/flat.jpg?w=500                 500 pixels wide
  /sample.li/boat.jpg?w=300&h=300           cut to a square
  /sample.li/now.php?width=500              a picture of the time at which it was made
  /sample.li/now.php?width=500&vh=1         another version of it
`;

/** What a browser asks for on its own is answered here, so that it is not taken for the name of an original. */
export function homeRoutes() {
  return new Elysia()
    .get("/", () => new Response(welcome, { headers: { "content-type": "text/plain; charset=utf-8" } }))
    .get(
      "/favicon.ico",
      () => new Response(null, { status: 204, headers: { "cache-control": "public, max-age=86400" } }),
    )
    .get(
      "/robots.txt",
      () => new Response("User-agent: *\nAllow: /\n", { headers: { "content-type": "text/plain" } }),
    );
}
