import * as p from "./src/engine/test-pictures.ts";
import { psnr, referenceScale } from "./src/engine/reference-scale.ts";
import { bunImage } from "./src/engine/bun-image.ts";
import { napiImage } from "./src/engine/napi-image.ts";
import { inspect } from "./src/origin/inspect.ts";
const over = (r: p.Raster, c:number): p.Raster => ({...r, rgba: r.rgba.map((v,i)=> i%4===3?255: Math.round(v*r.rgba[i|3]!/255 + c*(255-r.rgba[i|3]!)/255))});
// red disc, transparent with green underneath
const disc = p.raster(600,400,(x,y)=> { const d=Math.hypot(x-300,y-200); return d<150?[255,0,0,255]: d<160?[255,0,0,Math.round(255*(160-d)/10)]:[0,255,0,0]});
const alpha = p.raster(900,600,(x,y)=>[(x*7)%256,(y*3)%256,200,((x>>5)+(y>>5))%2?0:255]);
const soft = p.raster(900,600,(x,y)=>[Math.round(128+100*Math.sin(x/9)),Math.round(128+100*Math.sin(y/7)),200,Math.round(128+127*Math.sin((x+y)/40))]);
for (const [n,pic] of Object.entries({disc,alpha,soft})) for (const enc of ["toPng","toWebp"] as const) { const file = await p[enc](pic); const info = await inspect(file); const full = await p.toRaster(file);
 for (const s of [1.5,0.7,0.45,0.25,0.1]) { const w=Math.round(info.width*s),h=Math.round(info.height*s); const ref=referenceScale(full,w,h); const row=[];
  for (const e of [bunImage,napiImage]) { const r = await p.toRaster(await e.decode(file,info,null,{width:w,height:h})); row.push(e.name, psnr(over(r,255),over(ref,255)).toFixed(1), psnr(over(r,0),over(ref,0)).toFixed(1)); }
  const r=await p.scaledBySharp(file,w,h); row.push("sharp", psnr(over(r,255),over(ref,255)).toFixed(1), psnr(over(r,0),over(ref,0)).toFixed(1));
  console.log(n,enc,s,...row);
 }}
