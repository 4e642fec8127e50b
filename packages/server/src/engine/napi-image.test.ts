import { runEngineSuite } from "./engine.suite.ts";
import { napiImage } from "./napi-image.ts";

runEngineSuite({
  engine: napiImage,
  jpegFloors: { 0.7: 50, 0.45: 50, 0.1: 50 },
  // It multiplies by alpha in eight bits, and divides again.
  alphaFloor: 40,
});
