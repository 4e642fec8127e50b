import * as p from "./src/engine/test-pictures.ts";
import { psnr, referenceScale } from "./src/engine/reference-scale.ts";
import { bunImage } from "./src/engine/bun-image.ts";
import { napiImage } from "./src/engine/napi-image.ts";
import { inspect } from "./src/origin/inspect.ts";
import { photos } from "./src/origin/sources/photos.ts";
for (const n of ["flat.jpg","flower.jpg","birds.jpg","boat.jpg","canyon.jpg","mountains.jpg"]) { const f = await Bun.file(photos[n]!).bytes(); const full=await p.toRaster(f); const info=await inspect(f);
 for (const s of [.25,.2,.13,.1,.05]) { const w=Math.round(full.width*s),h=Math.round(full.height*s); const t=performance.now(); const ref=referenceScale(full,w,h); const dt=performance.now()-t;
  console.log(n,s,psnr(await p.toRaster(await bunImage.decode(f,info,null,{width:w,height:h})),ref).toFixed(1), "sharp", psnr(await p.scaledBySharp(f,w,h),ref).toFixed(1), dt.toFixed(0)); } }
const file = await p.toPng(p.raster(200, 100, (x) => (x < 100 ? p.red : [0, 255, 0, 0])));
for (const e of [bunImage,napiImage]) {
const r = await p.toRaster(await e.decode(file, await inspect(file), null, {width:90,height:45}));
for (let x=38;x<54;x++) console.log(e.name, x, p.pixelAt(r,x,20));}
