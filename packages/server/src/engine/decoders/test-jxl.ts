/**
 * Test-only: JPEG XL files of 48x32, made with Debian's `cjxl` 0.7.0 from a computed picture: the four colors of
 * `quarters`, lossless (`-d 0`) but for one. Nothing at hand in JavaScript writes them.
 */
export const jxlFiles = {
  /** A bare codestream. */
  bare: decode("/woHQUBxIQgCAQDAAEs4aZjKg/cpKJgCI8qMnzHGH/ddIAgA4EBdMXxE+TbEDA0BAW7NH2k2GGcgUL0bAQ=="),
  /** `--container=1` */
  boxed: decode(
    "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAABFanhsY/8KB0FAcSEIAgEAwABLOGmYyoP3KSiYAiPKjJ8xxh/3XSAIAOBAXTF8RPk2" +
      "xAwNAQFuzR9pNhhnIFC9GwE=",
  ),
  /** Alpha is 255 in the left half and 128 in the right one. */
  alpha: decode(
    "/woHwYLiQggIEADYAEs4aZjKg/cpSJgCI8qMnzHGGRdeQAiA4fC+ASJ3/AZJNYJgrwKCW5pwqJ7aihc/D8nqcYoiAw==",
  ),
  /** From a PNG with EXIF orientation 6. */
  turned: decode(
    "AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAABGanhsY/8KBy0QUFwSCAIBAMAASzhpmMqD9ykomAIjyoyfMcYf910gCADgQF0xfET5" +
      "NsQMDQEBbs0faTYYZyBQvRsB",
  ),
  /** The same numbers, meant as Display P3: `-x color_space=RGB_D65_DCI_Rel_SRG`. */
  p3: decode("/woHQUAmNwIIAgEAwABLOGmYyoP3KSiYAiPKjJ8xxh/3XSAIAOBAXTF8RPk2xAwNAQFuzR9pNhhnIFC9GwE="),
  /** As above, with an ICC profile of Display P3 in place of numbers for it. */
  icc: decode(
    "/woHQQhfChIOkA3ZeioU/B6ZFVr+d6SEEylKfPo49lZY4HvAzrO886x+z2jtOzIajZa+RQibMW1mBwCA/4q9lkyMbUMaQOaEuTNnDB05LAAAQPn1" +
      "f41XUHFRkbuo4n7vV843V0ndR2qtCwAAACBlKgCfYdxMBpYzB7qZAVKmAvgM42byazlDhoNQe60+6PSabxiBv3r777/zK/x3QvuF9N9/9w3133/9" +
      "cXirocAlOuiX6/0BUfqjsbuMWuPQYTZGFBnciydmUirviWkydgpllA0IAgEAwABLOGmYyoP3KSiYAiPKjJ8xxh/3XSAIAOBAXTF8RPk2xAwNAQFu" +
      "zR9pNhhnIFC9GwE=",
  ),
} as const;

function decode(base64: string): Uint8Array {
  return new Uint8Array(Buffer.from(base64, "base64"));
}
