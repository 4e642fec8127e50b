import type { XybPlane } from "./xyb.ts";

/**
 * How much each of six norms of a plane's error maps counts: mean of structure, ringing, blur, then the 4-norms (fourth
 * root of the mean of fourth powers) of the same, which weigh the worst places.
 */
type NormWeights = readonly [number, number, number, number, number, number];

/**
 * SSIMULACRA 2.1's weights, for the picture at full, half, quarter… size. They were found by its author so that scores
 * agree best with what people said of some 20,000 pictures (CID22, TID2013, KADID-10k, KonFiG-IQA).
 *
 * @see libjxl, tools/ssimulacra2.cc
 */
export const weights: Readonly<Record<XybPlane, readonly NormWeights[]>> = {
  X: [
    [0, 0.0007376606707406586, 0, 0, 0.0007793481682867309, 0],
    [0, 0.0004371155730107379, 0, 1.1041726426657346, 0.00066284834129271, 0.00015231632783718752],
    [0, 0.0016406437456599754, 0, 1.8422455520539298, 11.441172603757666, 0],
    [0.0007989109436015163, 0.000176816438078653, 0, 1.8787594979546387, 10.94906990605142, 0],
    [
      0.0007289346991508072, 0.9677937080626833, 0, 0.00014003424285435884, 0.9981766977854967,
      0.00031949755934435053,
    ],
    [0.0004550992113792063, 0, 0, 0.0013648766163243398, 0, 0],
  ],
  Y: [
    [0, 0, 0, 7.466890328078848, 0, 17.445833984131262],
    [0.0006235601634041466, 0, 0, 6.683678146179332, 0.00037724407979611296, 1.027889937768264],
    [225.20515300849274, 0, 0, 19.213238186143016, 0.0011401524586618361, 0.001237755635509985],
    [176.39317598450694, 0, 0, 24.43300999870476, 0.28520802612117757, 0.0004485436923833408],
    [0, 0, 0, 34.77906344483772, 44.835625328877896, 0],
    [0, 0, 0, 0, 0, 0],
  ],
  B: [
    [0, 0.0008680556573291698, 0, 0, 0, 0],
    [0, 0.0005313191874358747, 0, 0.00016533814161379112, 0, 0],
    [0, 0, 0, 0.0004179171803251336, 0.0017290828234722833, 0],
    [0.0020827005846636437, 0, 0, 8.826982764996862, 23.19243343998926, 0],
    [
      95.1080498811086, 0.9863978034400682, 0.9834382792465353, 0.0012286405048278493, 171.2667255897307,
      0.9807858872435379,
    ],
    [0, 0, 0, 0.0005130064588990679, 0, 0.00010854057858411537],
  ],
};

/**
 * A plane none of whose weights is above this is not looked at. All that is left out so can move a score by some
 * hundredths of a point, and would cost more than half of the time: at full size only brightness counts, and nothing
 * counts at a thirty-second.
 */
const negligible = 0.01;

/** The planes that are looked at, for each size: full, half, quarter… */
export const scoredPlanes: readonly (readonly XybPlane[])[] = [0, 1, 2, 3, 4].map((scale) =>
  (["X", "Y", "B"] as const).filter((plane) => weights[plane][scale]?.some((weight) => weight > negligible)),
);

/** The author's mapping of the weighted sum of errors to points: 100 = identical, 90 = hard to tell apart. */
export function scoreOf(weightedError: number): number {
  const error = 0.9562382616834844 * weightedError;
  const bent =
    2.326765642916932 * error - 0.020884521182843837 * error ** 2 + 6.248496625763138e-5 * error ** 3;
  return 100 - 10 * bent ** 0.6276336467831387;
}
