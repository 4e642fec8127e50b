import { bunImage } from "./bun-image.ts";
import { runEngineSuite } from "./engine.suite.ts";

runEngineSuite({
  engine: bunImage,
  // Those that jpegShrink covers, and those above 7/8, where the decoder does not shrink; the planner keeps the rest.
  jpegFloors: { 1.5: 50, 0.9: 50, 0.25: 45, 0.2: 45, 0.13: 40, 0.1: 45, 0.05: 40 },
  // The napi engine scales what may be transparent.
  alphaFloor: 40,
});
