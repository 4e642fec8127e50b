/** Programs of Debian that are measured beside ours. */
import { existsSync } from "node:fs";
import { installPackages } from "../scripts/install-packages.ts";

/** Files that are there if a package is. */
const packages = {
  "/usr/sbin/nginx": "nginx-light",
  "/usr/sbin/varnishd": "varnish",
  "/usr/lib/nginx/modules/ngx_http_image_filter_module.so": "libnginx-mod-http-image-filter",
  "/usr/bin/vipsthumbnail": "libvips-tools",
} as const;

/** Installs what is missing, if that can be; who needs what still is not there says so. */
export async function ensurePeers(...files: (keyof typeof packages)[]): Promise<void> {
  for (const file of files.filter((file) => !existsSync(file))) {
    // One by one: that one cannot be had is no reason to go without another.
    await installPackages([packages[file]], `${packages[file]}, to compare with`, "").catch((error) =>
      console.error(`freshet: ${(error as Error).message}`),
    );
  }
}
