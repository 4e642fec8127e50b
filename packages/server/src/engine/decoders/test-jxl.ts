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

/** 2000x2000 in one color; made with the npm package `@jsquash/jxl` 1.3.0 (libjxl), quality 75, effort 1. */
export const flatJxl = Buffer.from(
  [
    "/wp6PgE7AQBMgCAAMEQeDEAFVEAFVEAFVEAFTEAFVEAFVEAFVEAFTEAFVEAFVEAFVEAFTEAFVEAFVEAFVEAFTEAFVEAFVEAFVEAFTEAFVEAFVEAFVEAFTE",
    "AFVEAFVEAFVEAFTMAETMAETMAETMAEPAD5PAAAVKiMMm7wcq7nyw8dFtM2rjO01baFTScFBbagjVWoGBWjFGNjY2NjY2NjY2NjbHFGFePFYFyMEQI+AgCY",
    "BUjg2KhmA8RMCFzdndqpPE2h+e0jI370a4HPlc5/IKPTeNyzCmzyRP/70/e+g8Zvn8fjq8wY9/ahBxx6pIm+9NN0XHd6HoF1sXx+kLhLCxJKwAMjfzZAAA",
    "IAAJCCAhs2xhg3xo3BuTEYG4M2xhgXGxQbYzDVJ2C0Kym+7/u+7/u+7/u+7/u+7/u1v77v+77v+77v+77v+77v+77v+77v+77v+77v+77v+77v+w5NSm2a",
    "7Z98olf0PzYivx0jRYPttFMTcmL0vdf+Tuq2DPBoC0DWjxlsp52akBOjdyvDboHBNty1qnf6HxuR346RosF2f2bxffL0IIAKmJGiwXbaqQk5Mfrea38ndd",
    "sR+hncqs5xaFJq02z/5BO9ooE2XdLV7o9mQs6hSalNs/2TDx0TpYt2xvZipGiwnXZqQk6Mvvfa30ndFgElCVNQt2wwUjTYTjs1ISdG33vt76RuC1NQt2ww",
    "UjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTj",
    "s1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuCwPHLgAw2E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt97",
    "7e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbg",
    "tTULdsMFI02E47NSEnRt977e+kbgsDxy4AMNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBS",
    "NNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOz",
    "UhJ0bfe+3vpG4LA8cuADDYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt",
    "76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuCw",
    "PHLgAw2E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI0",
    "2E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgtTULdsMFI02E47NSEnRt977e+kbgsDxy4AMNhOOzUhJ0",
    "bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3v",
    "pG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LU1C3bDBSNNhOOzUhJ0bfe+3vpG4LA8cuADDYTjs1ISdG33vt76RuC1NQt2",
    "wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTY",
    "Tjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuC1NQt2wwUjTYTjs1ISdG33vt76RuCwPHLgAw2E47NSEnRt977e+kbgsDxy4AMNhOOzUhJ0bfe+",
    "3vpG4LA8cuADDYTjs1ISdG33vt76RuCwPHLgAw2E47NSEnRt977e+kbgsDxy4AMNhOOzUhJ0bfe+3vpG4LA8cuADDYTjs1ISdG33vt76RuCwPHLgAw2E47",
    "NSEnRt977e+kbgsDxy4AMNhOOzUhJ0bfe+3vpG4Lw74RDzIhJ0bfe+3vpG4L",
  ].join(""),
  "base64",
);
