import { describe, expect, test } from "bun:test";
import { FreshetError } from "../errors.ts";
import { requestKey } from "../key/request-key.ts";
import { limits } from "../limits.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken, type TokenSettings } from "./token.ts";

/** A token as those have whose URLs are in the reference: with a prefix for short paths, and its aliases. */
const token: TokenSettings = {
  ...plainToken("t", ["scaleflex.cloudimg.io"]),
  originPrefix: "https://bucket.io/root",
  aliases: {
    _alias_: "https://alias.io",
    _sample_: "http://sample.li",
    __gmpics__: "https://gm.io/pics",
    "_playground-bucket-v2.teleporthq.io_": "https://teleporthq.io",
    _cms_: "https://cms.io",
    _prod_: "prod",
    "_www-heise-de_": "https://www.heise.de",
    _originals_: "https://heise.io/o",
    _cdn_: "https://cdn.io",
    "_tme-wrk_": "https://wrk.io",
    _mysamplebucket_: "storage://mysamplebucket",
  },
  presets: {
    small_img: "w=200",
    gallery_thumb: "w=250&h=250&f=gray",
    gallery_medium: "w=450&h=300&force_format=jpeg&q=85&radius=10",
    gallery_large:
      "w=1200&force_format=jpeg&optipress=2&wat=1&wat_gravity=northwest&wat_scale=60&wat_pad=20&wat_opacity=0.4",
    default: "w=600",
  },
  rules: [{ match: "-avatar.jpg", query: "func=crop&w=300&h=300&radius=max" }],
  watermark: "https://own.io/mark.png",
};

/** Original, version, plan and watermarks, as in the key but on one line and without the token. */
function meaning(target: string, settings = token): string {
  const [origin = "", version, ...rest] = requestKey(parseRequest(target, settings)).split("\n");
  const parts = [
    origin.slice(4),
    version && `vh=${version}`,
    ...rest.map((part) => part.replace("t|//", "+")),
  ];
  return parts.filter(Boolean).join(" ");
}

type Rows = [target: string, meaning: string][];

describe("section 1, forms of URLs", () => {
  const rows: Rows = [
    ["/http://sample.li/flat.jpg", "sample.li/flat.jpg"],
    ["/v7/https://samples.scaleflex.com/castle.jpg", "samples.scaleflex.com/castle.jpg"],
    ["/_alias_/path/img.jpg", "alias.io/path/img.jpg"],
    ["/__gmpics__/794a4f", "gm.io/pics/794a4f"],
    ["/_playground-bucket-v2.teleporthq.io_/a/b", "teleporthq.io/a/b"],
    ["/_cms_/_prod_/a.jpg", "cms.io/prod/a.jpg"],
    ["/images/image1.jpg", "bucket.io/root/images/image1.jpg"],
    ["/https%3A%2F%2Fcloud.host%2Fa.webp?ci_url_encoded=1", "cloud.host/a.webp"],
    ["/http://sample.li/blank.png", "sample.li/blank.png"],
    ["/v7/http://sample.li/blank.png", "sample.li/blank.png"],
    ["/http://h.io/a.jpg?", "h.io/a.jpg"],
    ["/http://h.io/a.jpg?&org_if_sml=1", "h.io/a.jpg"],
    ["/http://h.io/a.jpg?ci_url_encoded=1func=cropfit&w=540", "h.io/a.jpg w=540"],
    ["/http://h.io/a.jpg?w=337.5&amp;q=70&&org_if_sml=11716", "h.io/a.jpg w=338;small;q=70"],
  ];
  test.each(rows)("%s", (target, expected) => expect(meaning(target)).toBe(expected));
});

describe("sections 9 and 10, short URLs, presets, rules and storages", () => {
  const rows: Rows = [
    ["/photos/paris.jpg?width=800", "bucket.io/root/photos/paris.jpg w=800"],
    ["/_sample_/boat.jpg?width=800", "sample.li/boat.jpg w=800"],
    ["/http://sample.li/boat.jpg?width=800", "sample.li/boat.jpg w=800"],
    ["/http://h.io/a.jpg?p=small_img&w=400", "h.io/a.jpg w=200"],
    ["/http://h.io/a.jpg?p=gallery_thumb", "h.io/a.jpg crop=250x250;grey"],
    ["/http://h.io/a.jpg?p=gallery_medium", "h.io/a.jpg crop=450x300;radius=10,10,10,10;q=85;to=_jpeg"],
    [
      "/http://h.io/a.jpg?p=gallery_large",
      "h.io/a.jpg w=1200;mark=image:0|northwest:20px,20px|own:60|0.4;press=2;to=_jpeg +own.io/mark.png",
    ],
    ["/http://h.io/me-avatar.jpg", "h.io/me-avatar.jpg crop=300x300;radius=max,max,max,max"],
    ["/http://h.io/me-avatar.jpg?w=90&h=90", "h.io/me-avatar.jpg crop=90x90;radius=max,max,max,max"],
    ["/http://h.io/me-avatar.jpg?p=small_img&h=9", "h.io/me-avatar.jpg crop=200x9;radius=max,max,max,max"],
    ["/_mysamplebucket_/image.jpg", "mysamplebucket@storage/image.jpg"],
  ];
  test.each(rows)("%s", (target, expected) => expect(meaning(target)).toBe(expected));
});

describe("sections 6, 7 and 12", () => {
  const rows: Rows = [
    [
      "/sample.li/Cloudimage-logo-h.png?w=800&force_format=png",
      "bucket.io/root/sample.li/Cloudimage-logo-h.png w=800;to=_png",
    ],
    [
      "/plugins/js-cloudimage-360-view/4.7.0/js-cloudimage-360-view.min.js?vh=e61697&func=proxy",
      "bucket.io/root/plugins/js-cloudimage-360-view/4.7.0/js-cloudimage-360-view.min.js vh=e61697 proxy",
    ],
    ["/http://sample.li/now.php?ci_cache=10", "sample.li/now.php"],
    ["/http://sample.li/flat.jpg?v2", "sample.li/flat.jpg?v2"],
    ["/http://sample.li/flat.jpg?vh=2", "sample.li/flat.jpg vh=2"],
    ["/width/500/n/http://sample.li/flat1.jpg", "sample.li/flat1.jpg w=500"],
  ];
  test.each(rows)("%s", (target, expected) => expect(meaning(target)).toBe(expected));
});

describe("section 14, v6", () => {
  const plans: [path: string, plan: string][] = [
    ["cdn/n/n", ""],
    ["cdn/n/q50", ""],
    ["cdno/n/q50", "q=50"],
    ["width/300/n", "w=300"],
    ["width/300x200/none", "w=300"],
    ["height/200/x", "h=200"],
    ["height/320x240/n", "h=240"],
    ["crop/640x480/n", "crop=640x480"],
    ["fit/640x480/cff0000", "fit=640x480;bg=ff0000"],
    ["bound/640x480/n", "bound=640x480"],
    ["boundmin/640x480/n", "boundmin=640x480"],
    ["cropfit/640x480/n", "cropfit=640x480"],
    ["cover/640x480/n", "cover=640x480"],
    ["crop_px/10,20,310,220-150/n", "rect=10,20:310,220;w=150"],
    ["crop_px/10,20,310,220-x100/n", "rect=10,20:310,220;h=100"],
    ["crop_px/10,20,310,220-150x100/n", "rect=10,20:310,220;cover=150x100"],
    ["width/300/q_auto", "w=300"],
    ["width/300/foil1", "w=300;small"],
    ["width/300/fgrey", "w=300;grey"],
    ["width/300/fgaussian3", "w=300;blur=3"],
    ["width/300/fbright20", "w=300;bright=20"],
    ["width/300/fcontrast-30", "w=300;contrast=-30"],
    ["width/300/fpixelate5", "w=300;pixelate=5"],
    ["width/300/fpixelrate5", "w=300;pixelate=5"],
    ["width/300/fsharp2", "w=300;sharp=2"],
    ["width/300/fradius50", "w=300;radius=50,50,50,50"],
    ["width/300/ftrim10", "trim=10;w=300"],
    ["width/300/r90", "w=300;r=90"],
    ["width/300/tjpg", "w=300;to=_jpeg"],
    ["width/300/tpng", "w=300;to=_png"],
    ["width/300/twebp", "w=300;to=webp"],
    ["width/300/q85.webp-lossy-70.png-lossy-60", "w=300;q=85;qwebp=70;qpng=60"],
    ["width/300/q85.png-lossless", "w=300;q=85;qpng=lossless"],
    ["width/300/png-lossless", "w=300"],
    ["width/300/backtransparent.c333333", "w=300"],
    ["width/300/fwk", "w=300"],
  ];
  test.each(plans)("/%s/…", (path, plan) => {
    expect(meaning(`/${path}/http://h.io/a.jpg`)).toBe(["h.io/a.jpg", plan].filter(Boolean).join(" "));
    expect(meaning(`/v6/${path}/_cms_/a.jpg`)).toBe(["cms.io/a.jpg", plan].filter(Boolean).join(" "));
  });

  const rows: Rows = [
    [
      "/width/1400/n/https://demo.cloudimg.io/width/800/none/sample.li/x.jpeg",
      "demo.cloudimg.io/width/800/none/sample.li/x.jpeg w=1400",
    ],
    [
      "/width/1400/n/https://scaleflex.cloudimg.io/width/800/none/https://sample.li/x.jpeg",
      "sample.li/x.jpeg w=1400",
    ],
    [
      "/height/200/n/https://github.com/u/r/blob/master/x.jpg?raw=true",
      "github.com/u/r/blob/master/x.jpg?raw=true h=200",
    ],
    [
      "/width/640/n/http://h.io/a.jpg?mark_url=_tme-wrk_%2Fm.png&mark_width=64&mark_alpha=50&mark_pos=southeast&mark_pad=8",
      "h.io/a.jpg w=640;mark=image:0|southeast:8px,8px|10x|0.5 +wrk.io/m.png",
    ],
    ["/v7/width/500/n/sample.li/a.jpg", "bucket.io/root/width/500/n/sample.li/a.jpg"],
    ["/width/auto/n/a.jpg", "bucket.io/root/width/auto/n/a.jpg"],
    ["/crop/photo.jpg", "bucket.io/root/crop/photo.jpg"],
  ];
  test.each(rows)("%s", (target, expected) => expect(meaning(target)).toBe(expected));
});

describe("section 18, every shape of real clients", () => {
  const rows: Rows = [
    [
      "/v7/https://cdn.scaleflex.it/demo/redcharlie.jpg?w=400&org_if_sml=1",
      "cdn.scaleflex.it/demo/redcharlie.jpg w=400;small",
    ],
    ["/v7/img.jpg?&org_if_sml=1", "bucket.io/root/img.jpg"],
    ["/v7/https://host.io/a.jpg?v=2&w=300", "host.io/a.jpg?v=2 w=300"],
    [
      "/v7/olia-gozha-JiO0j9tEre4-unsplash.jpg?vh=c61740&w=400&h=400&func=crop&gravity=auto",
      "bucket.io/root/olia-gozha-JiO0j9tEre4-unsplash.jpg vh=c61740 crop=400x400@auto",
    ],
    [
      "/v7/x.jpg?func=fit&w=400&h=400&bg_colour=f2f7fa&ci_info=0",
      "bucket.io/root/x.jpg fit=400x400;bg=f2f7fa",
    ],
    [
      "/v7/cloudimage.io/LOGO+WITH+SCALEFLEX-01.png?vh=f6080d&w=350",
      "bucket.io/root/cloudimage.io/LOGO+WITH+SCALEFLEX-01.png vh=f6080d w=350",
    ],
    [
      "/v7/plugins/filerobot-widget/demo/index.html?vh=d6c246&func=proxy&fmaw_path=/",
      "bucket.io/root/plugins/filerobot-widget/demo/index.html?fmaw_path=/ vh=d6c246 proxy",
    ],
    ["/v7/src.jpg?width=600&f=FILTERS&ar=1:1&gravity=auto", "bucket.io/root/src.jpg crop=600x600@auto"],
    [
      "/v7/https%3A%2F%2Fhost.io%2Fa.jpg?tl_px=10,20&br_px=410,320&w=300&h=200&r=-45&flip=xy&bright=20&wat=1&wat_gravity=absolute&wat_pos=10p,20p&wat_opacity=1&wat_scale=30p&wat_url=https%3A%2F%2Fh.io%2Fm.png&ci_url_encoded=1",
      "host.io/a.jpg rect=10,20:410,320;crop=300x200;r=135;bright=20;mark=image:0|corner:10%,20%|30x|1 +h.io/m.png",
    ],
    ["/v7/assets/image.jpg?ci_sign=84c81ef20852013046&w=200", "bucket.io/root/assets/image.jpg w=200"],
    [
      "/v7/assets/image.jpg?f=bright%3A15%2Ccontrast%3A30%2Cgrey",
      "bucket.io/root/assets/image.jpg bright=15;contrast=30;grey",
    ],
    [
      "/v7/assets/image.jpg?br_px=420%2C530&tl_px=20%2C30",
      "bucket.io/root/assets/image.jpg rect=20,30:420,530",
    ],
    ...[100, 170, 280, 470, 780, 1300, 2170, 3620, 5760].map((width): [string, string] => [
      `/v7/a.jpg?w=${width}`,
      `bucket.io/root/a.jpg w=${width}`,
    ]),
    [
      "/v7/https://my-bucket.s3.us-east-1.amazonaws.com/assets/image.jpg?blur=5&h=300&w=300",
      "my-bucket.s3.us-east-1.amazonaws.com/assets/image.jpg crop=300x300;blur=5",
    ],
    ["/v7/https://shop.io/media/x.jpg?q=85&org_if_sml=1", "shop.io/media/x.jpg q=85"],
    ["/v7/https://shop.io/media/x.jpg?1621234567&q=80&org_if_sml=1", "shop.io/media/x.jpg?1621234567 q=80"],
    ["/https://shop.io/x.jpg?w=400&func=fit", "shop.io/x.jpg w=400"],
    [
      "//a.jpg?w=300&h=200&func=facehide&face_margin=10&blur_faces=1%2C30%2C1000&dpr=2",
      "bucket.io/root/a.jpg crop=600x400",
    ],
    [
      "/v7/_www-heise-de_/imgs/18/x.jpeg?force_format=avif%2Cwebp%2Cjpeg&org_if_sml=1&q=70&width=1220",
      "www.heise.de/imgs/18/x.jpeg w=1220;small;q=70;to=_avif,_webp,_jpeg",
    ],
    [
      "/v7/_playground-bucket-v2.teleporthq.io_/0b8c/9f1e?org_if_sml=1&force_format=original",
      "teleporthq.io/0b8c/9f1e",
    ],
    [
      "/https://colony-recorder.s3.amazonaws.com/files/2024/ascreenshot.jpeg?tl_px=0,0&br_px=1376,769&force_format=jpeg&q=100&width=1120.0&wat=1&wat_opacity=0.7&wat_gravity=northwest&wat_url=https://h.io/FB923C_standard.png&wat_pad=42,-28",
      "colony-recorder.s3.amazonaws.com/files/2024/ascreenshot.jpeg rect=:1376,769;w=1120;mark=image:0|northwest:42px,-28px||0.7;q=100;to=_jpeg +h.io/FB923C_standard.png",
    ],
    [
      "/v7/_cdn_/CA/56/60/00/0/419244_1.jpg?width=640&height=480&wat=1&wat_url=_tme-wrk_%2Ftme_new.png&wat_scale=100p&ci_sign=24d4ccb4cea9fae38374e652ced53fe25cc43baa",
      "cdn.io/CA/56/60/00/0/419244_1.jpg crop=640x480;mark=image:0|center:0px,0px|100x|1 +wrk.io/tme_new.png",
    ],
    [
      "/_cms_/_prod_/sweepbright-s3/x.jpg?ci_sign=f0f9bc88884d7c778536ddc93d4e657169a02777&ci_url_encoded=1&p=default",
      "cms.io/prod/sweepbright-s3/x.jpg w=600",
    ],
    [
      "/v7/https%3A%2F%2Fcloud.taggbox.com%2Fmedia%2Fx.webp?w=400&func=cover&ci_url_encoded=1",
      "cloud.taggbox.com/media/x.webp w=400",
    ],
    [
      "/width/800/q35.foil1/https://cdn.scaleflex.it/demo/redcharlie.jpg",
      "cdn.scaleflex.it/demo/redcharlie.jpg w=800;small;q=35",
    ],
    ["/width/40/q10.foil1/https://host.io/a.jpg", "host.io/a.jpg w=40;small;q=10"],
    [
      "/crop_px/2009,28,2500,316-300x176/n/sample.li/girls.jpg",
      "bucket.io/root/sample.li/girls.jpg rect=2009,28:2500,316;cover=300x176",
    ],
    [
      "/crop_px/0,0,1800,2700-483/n/imageserver/original/DM0_973BRIGHR%20COBA.jpg",
      "bucket.io/root/imageserver/original/DM0_973BRIGHR%20COBA.jpg rect=:1800,2700;w=483",
    ],
    [
      "/crop/640x480/q50.r90@19cb88863ff0ac5185773ffcec9b0cf522b367b5/http://www.example.tld/my-image.jpg",
      "www.example.tld/my-image.jpg crop=640x480;r=90;q=50",
    ],
    [
      "/fit/640x480/fwk@16e51c215e1915554b0be79c406d0d5be2676b3e/_cdn_/DA/F2/B0/00/0/733101_1.jpg?mark_url=_tme-wrk_%2Ftme_new_render3d.png&mark_pos=center&mark_size=100pp",
      "cdn.io/DA/F2/B0/00/0/733101_1.jpg fit=640x480;mark=image:0|center:0px,0px|100x|1 +wrk.io/tme_new_render3d.png",
    ],
    [
      "/bound/1200x1200/q85.png-lossy-85.webp-lossy-85.foil1/_www-heise-de_/imgs/18/x.jpg",
      "www.heise.de/imgs/18/x.jpg bound=1200x1200;small;q=85",
    ],
    ["/crop/500x500/q75.tjpg/_originals_/1248/x.jpg", "heise.io/o/1248/x.jpg crop=500x500;q=75;to=_jpeg"],
    ["/cdn/n/twebp/https://api.beta.kauri.io:443/ipfs/x", "api.beta.kauri.io/ipfs/x"],
    ["/cdno/n/q85/https://h.io/a.jpg", "h.io/a.jpg q=85"],
    ["/cover/64x64/webp/https://h.io/a.jpg", "h.io/a.jpg cover=64x64;to=webp"],
    ["/fit/500x320/cffffff/https://h.io/a.jpg", "h.io/a.jpg fit=500x320;bg=ffffff"],
    ["/crop/120x35/x/https://h.io/a.jpg", "h.io/a.jpg crop=120x35"],
    ["/s/resize/200/http://sample.li/eiffel.jpg", "sample.li/eiffel.jpg w=200"],
    ["/s/cdn/x/http://sample.li/eiffel.jpg", "sample.li/eiffel.jpg"],
    ["/s/crop/400x300/http://sample.li/eiffel.jpg", "sample.li/eiffel.jpg crop=400x300"],
    ["/s/fit/1200x600/http://sample.li/eiffel.jpg", "sample.li/eiffel.jpg fit=1200x600"],
    ["/s/width/300/http://sample.li/eiffel.jpg", "sample.li/eiffel.jpg w=300"],
  ];
  test.each(rows)("%s", (target, expected) => expect(meaning(target)).toBe(expected));

  test("Strapi, with the scheme stripped: for a token without a prefix", () => {
    expect(meaning("/v7/host.io/uploads/a.png", { ...token, originPrefix: null })).toBe(
      "host.io/uploads/a.png",
    );
  });

  test("the sealed one: what is sealed counts", () => {
    const sealed: TokenSettings = { ...token, security: { kind: "seal", salts: [] } };
    const target =
      "/v7/sample.li/birds.jpg?ci_eqs=Zj1icmlnaHQlM0ExMCUyQ2NvbnRyYXN0JTNBMjAmdz0zMDA&ci_seal=67dd8cc44f6ba44ee5&h=400&w=9&bright=50";
    expect(meaning(target, sealed)).toBe(
      "bucket.io/root/sample.li/birds.jpg crop=300x400;bright=10;contrast=20",
    );
  });

  test("a preset that was added to a sealed URL undoes nothing that is sealed", () => {
    const sealed: TokenSettings = { ...token, security: { kind: "seal", salts: [] } };
    const eqs = btoa("w=300&grey=1&q=70");
    const presets = { big: "width=900&f=blur:3&radius=5&q_png=9", plain: "f=gray,blur:4" };
    const read = (query: string) => meaning(`/x.jpg?${query}`, { ...sealed, presets });
    expect(read(`ci_eqs=${eqs}&p=big`)).toBe("bucket.io/root/x.jpg w=300;grey;blur=3;radius=5,5,5,5;q=70");
    expect(read(`ci_eqs=${eqs}&p=plain`)).toBe("bucket.io/root/x.jpg w=300;grey;q=70");
    expect(read(`ci_eqs=${btoa("w=300&p=big")}&p=plain`)).toBe(
      "bucket.io/root/x.jpg w=900;blur=3;radius=5,5,5,5;qpng=9",
    );
  });
});

describe("hostile URLs are refused with a reason, before anything could be fetched", () => {
  const open = { ...plainToken("t", ["own.io"]), aliases: { _a_: "_b_/x", _b_: "_a_/y" } };
  test.each<[name: string, target: string, code: FreshetError["code"]]>([
    ["NUL in a path", "/h.io/a\u0000.jpg", "bad_path"],
    ["NUL, encoded", "/h.io/a%00.jpg", "bad_path"],
    ["NUL in an encoded origin", "/https%3A%2F%2Fh.io%2Fa%2500.jpg", "bad_path"],
    ["line breaks", "/h.io/a%0d%0aX-Evil:%201", "bad_path"],
    ["DEL", "/h.io/a%7f.jpg", "bad_path"],
    ["control characters in v6", "/width/5/n/h.io/a%07.jpg", "bad_path"],
    ["control characters in an origin's query", "/h.io/a?o=%0a", "bad_path"],
    ["dots", "/h.io/../etc/passwd", "bad_path"],
    ["dots, encoded", "/h.io/%2e%2e/etc/passwd", "bad_path"],
    ["dots in an encoded origin", "/https%3A%2F%2Fh.io%2F..%2Fetc?ci_url_encoded=1", "bad_path"],
    ["dots encoded twice in an encoded origin", "/https%3A%2F%2Fh.io%2F%252e%252e%2Fetc", "bad_path"],
    ["dots encoded twice", "/h.io/%252e%252e/etc", "bad_path"],
    ["dots encoded four times", "/h.io/%2525252e%2525252E/etc", "bad_path"],
    ["dots between slashes encoded twice", "/h.io/a%252f..%252fetc", "bad_path"],
    ["dots between encoded slashes", "/h.io/..%2f..%2fetc", "bad_path"],
    ["dots between backslashes", "/h.io/..\\..\\etc", "bad_path"],
    ["NUL encoded twice", "/h.io/a%2500.jpg", "bad_path"],
    ["a line break encoded twice", "/h.io/a%250Ab.jpg", "bad_path"],
    ["dots in v6", "/width/5/n/h.io/../a.jpg", "bad_path"],
    ["dots at the end", "/h.io/a/..", "bad_path"],
    ["dots in a host", "/h.io%2e%2e/a.jpg", "bad_path"],
    ["64 KiB of path", `/h.io/${"a".repeat(65_536)}`, "path_too_long"],
    ["64 KiB of v6 path", `/width/5/n/h.io/${"a".repeat(65_536)}`, "path_too_long"],
    ["10,000 parameters", `/h.io/a?${"a&".repeat(10_000)}`, "path_too_long"],
    ["too many short parameters", `/h.io/a?${"a&".repeat(limits.queryPairs + 1)}`, "bad_query"],
    ["too many parameters of v6", `/width/5/n/h.io/a?${"a&".repeat(limits.queryPairs + 1)}`, "bad_query"],
    ["half of a surrogate pair", "/h.io/\ud800.jpg", "bad_path"],
    ["bytes that are not UTF-8", "/h.io/%ff%fe.jpg", "bad_path"],
    ["a slash that is too long", "/h.io/..%c0%af..%c0%afetc", "bad_path"],
    ["what a runtime makes of bytes that are not UTF-8", "/h.io/a\ufffd.jpg", "bad_path"],
    ["aliases that name one another", "/_a_/p.jpg", "bad_path"],
    ["aliases that name one another, the other way", "/_b_/p.jpg", "bad_path"],
    ["a watermark that is this URL", "/h.io/a?wat=1&wat_url=https://own.io/h.io/a", "origin_refused"],
    ["a mark of v6 that is this URL", "/width/5/n/h.io/a?mark_url=own.io/h.io/a", "origin_refused"],
    ["this server as an origin", "/own.io/own.io/own.io/", "bad_path"],
    ["user names", "/https://user:pw@h.io/a.jpg", "bad_path"],
    ["a user name in v6", "/width/5/n/user@h.io/a.jpg", "bad_path"],
    ["files", "/file:///etc/passwd", "bad_path"],
    ["a storage", "/storage://photos/a.jpg", "bad_path"],
    ["another vendor's paths", "/v7m/h.io/a.jpg", "not_implemented"],
    ["v6 without an original", "/width/5/n/", "bad_path"],
    ["nothing", "/", "bad_path"],
  ])("%s", (_name, target, code) => {
    const error = caught(() => parseRequest(target, open));
    expect(error).toBeInstanceOf(FreshetError);
    const { code: found, detail, status } = error as FreshetError;
    expect(found).toBe(code);
    expect(detail.length).toBeGreaterThan(10);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status === 501 || status < 500).toBe(true);
  });

  test.each<[name: string, target: string, meaning: string]>([
    ["what was encoded twice is a name", "/h.io/a%2520b%252e.jpg", "h.io/a%2520b%252e.jpg"],
    ["a percent sign in a name", "/h.io/100%25.jpg", "h.io/100%25.jpg"],
    ["a slash in a name", "/h.io/folder%2fa.jpg", "h.io/folder%2Fa.jpg"],
    ["dots in a name", "/h.io/a%2f..b%2f...%2fc", "h.io/a%2F..b%2F...%2Fc"],
    [
      "an original as its own watermark",
      "/h.io/a?wat=1&wat_url=h.io/a",
      "h.io/a mark=image:0|center:0px,0px||1 +h.io/a",
    ],
    ["numeric hosts in one spelling", "/0x7f.1/a", "127.0.0.1/a"],
  ])("%s: %s", (_name, target, expected) => expect(meaning(target, open)).toBe(expected));
});

function caught(work: () => unknown): unknown {
  try {
    work();
    return null;
  } catch (error) {
    return error;
  }
}
