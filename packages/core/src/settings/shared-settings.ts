import { listSetting, numberSetting, textSetting } from "./setting.ts";

/** Settings that both services read, since both must mean the same by them. */
export const sharedSettings = {
  dataDir: textSetting<string>({
    key: "data_dir",
    env: "FRESHET_DATA_DIR",
    fallback: "./data",
    accepts: "a path",
    doc: "Folder for everything that survives a restart.",
  }),
  defaultToken: textSetting<string>({
    key: "default_token",
    env: "FRESHET_DEFAULT_TOKEN",
    fallback: "doc",
    accepts: "the name of a token",
    pattern: /^[a-z0-9][a-z0-9_-]{0,62}$/,
    doc: "Token of requests whose Host header belongs to no other token.",
  }),
  ownHosts: listSetting({
    key: "own_hosts",
    env: "FRESHET_OWN_HOSTS",
    fallback: [],
    accepts: "a list of host names, with port where it is not 80 or 443",
    doc: "Further addresses of the image server, beside `localhost` and `127.0.0.1` at its port: URLs that begin with them are its own, in a purge and inside other URLs.",
  }),
  serverPort: numberSetting({
    key: "server.port",
    env: "FRESHET_SERVER_PORT",
    fallback: 8080,
    min: 0,
    max: 65535,
    doc: "Port of the image server; 0 = any free one, which is printed; then `own_hosts` has to name the addresses of its own.",
  }),
  nodeKey: textSetting<string | null>({
    key: null,
    env: "FRESHET_NODE_KEY",
    fallback: null,
    secret: true,
    accepts: "at least 16 characters",
    pattern: /^.{16,}$/,
    doc: "Secret that image servers and purge-api share.",
  }),
};
