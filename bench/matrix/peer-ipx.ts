/** The peer ipx, as its documentation starts it; run in a folder where it is installed. */
const { createIPX, createIPXWebServer, ipxHttpStorage } = await import(
  `${process.cwd()}/node_modules/ipx/dist/index.mjs`
);

const ipx = createIPX({ httpStorage: ipxHttpStorage({ allowAllDomains: true }) });
const server = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: createIPXWebServer(ipx) });
console.log(`peer listening on http://localhost:${server.port}`);
