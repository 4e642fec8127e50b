import { runEncoderSuite } from "./encoder.suite.ts";
import { napiEncoder } from "./napi-encoder.ts";
import { sharpEncoder } from "./sharp-encoder.ts";

runEncoderSuite(sharpEncoder);
runEncoderSuite(napiEncoder);
