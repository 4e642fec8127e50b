import { describe, expect, test } from "bun:test";
import { requestKey } from "../key/request-key.ts";
import { makeLayout, outputSize } from "../plan/geometry.ts";
import { parseRequest } from "./parse-request.ts";
import { plainToken, type TokenSettings } from "./token.ts";

const token: TokenSettings = {
  ...plainToken("t"),
  aliases: { "_tme-wrk_": "https://wrk.io", _cdn_: "https://cdn.io" },
  watermark: "https://own.io/mark.png",
};

describe("the examples of the reference, sections 3 to 6", () => {
  test.each([
    ["/sample.li/flat.jpg?w=500", "w=500"],
    ["/samples.scaleflex.com/birds.jpg?w=600&h=410", "crop=600x410"],
    ["/samples.scaleflex.com/ny_doc.jpg?w=450&org_if_sml=1", "w=450;small"],
    ["/samples.scaleflex.com/birds.jpg?func=crop&w=600&h=310", "crop=600x310"],
    ["/samples.scaleflex.com/mountains.jpg?h=300&w=300&gravity=smart", "crop=300x300@auto"],
    ["/sample.li/kids.jpg?w=200&tl_px=900,0&br_px=1300,600", "rect=900,0:1300,600;w=200"],
    ["/sample.li/kids.jpg?w=300&br_px=890,560", "rect=:890,560;w=300"],
    [
      "/sample.li/kids.jpg?w=490&h=170&tl_px=310,70&br_px=1550,580&func=fit&bg_color=3498db",
      "rect=310,70:1550,580;fit=490x170;bg=3498db",
    ],
    ["/samples.scaleflex.com/castle.jpg?w=450&h=300&gravity=40p,60p", "crop=450x300@40,60%"],
    ["/samples.scaleflex.com/business-portfolio.jpg?w=400&h=300&func=face", "crop=400x300@auto"],
    ["/sample.li/car1.jpg?w=400&aspect_ratio=1.8", "crop=400x222"],
    ["/sample.li/frog.png?aspect_ratio=1.5", "aspect=x:1.5,1.5"],
    ["/sample.li/kids.jpg?w=400&aspect_ratio=1.5,2.0", "aspect=400x:1.5,2"],
    ["/a.b/c.jpg?width=600&ar=16:9&gravity=auto", "crop=600x338@auto"],
    ["/sample.li/car1.jpg?w=400&h=320&func=fit&bg_color=black", "fit=400x320;bg=000000"],
    [
      "/docs.li/car1.jpg?w=400&h=320&func=fit&bg_img_fit=1&bg_opacity=0.75",
      "fit=400x320;back=20,0.75,,center",
    ],
    [
      "/sample.li/castle_doc.jpg?w=500&h=200&func=fit&bg_colour=b6d6f0&fit_enlarge=1",
      "fit=500x200+;bg=b6d6f0",
    ],
    [
      "/sample.li/earth.jpg?func=fit&w=250&h=250&bg_colour=10100E&gravity=south",
      "fit=250x250@south;bg=10100e",
    ],
    ["/sample.li/a.jpg?func=cropfit&w=500&h=350&bg_colour=auto", "cropfit=500x350;bg=auto"],
    ["/samples.scaleflex.com/eiffel_doc.jpg?width=600&height=600&func=bound", "bound=600x600"],
    ["/sample.li/painting_big.jpg?w=400&trim=10", "trim=10;w=400"],
    ["/samples.scaleflex.com/flat2.jpg?w=400&radius=25&force_format=png", "w=400;radius=25,25,25,25;to=_png"],
    ["/samples.scaleflex.com/car1.jpg?w=400&radius=25&bg_color=cccc30", "w=400;bg=cccc30;radius=25,25,25,25"],
    ["/samples.scaleflex.com/car1.jpg?radius=max,0,0,0", "radius=max,0,0,0"],
    ["/a.b/c.jpg?w=250&h=250&f=gray", "crop=250x250;grey"],
    [
      "/sample.li/tesla.jpg?w=250&wat=1&wat_gravity=southwest&wat_scale=30&wat_pad=8",
      "w=250;mark=image:0|southwest:8px,8px|own:30|1 t|//own.io/mark.png",
    ],
    [
      "/a.b/c.jpg?wat=1&wat_gravity=north&wat_text=A%20VERY%20LONG%20TEXT%20WHICH%20WON%27T%20FIT&wat_pad=10&wat_font=Arial-Black&wat_fontsize=20max&wat_color=000",
      `mark=text:"A VERY LONG TEXT WHICH WON'T FIT","arial-black",20max,000000|north:0px,10px||1`,
    ],
    ["/sample.li/woman_dress.jpg?force_format=jpeg&q=90", "q=90;to=_jpeg"],
    ["/a.b/c.jpg?w=1200&force_format=jpeg&optipress=2", "w=1200;press=2;to=_jpeg"],
  ])("%s", (target, expected) => expect(plan(target)).toBe(expected));
});

describe("URLs of real clients (section 18)", () => {
  test.each([
    [
      "/v7/https%3A%2F%2Fhost.io%2Fa.jpg?tl_px=10,20&br_px=410,320&w=300&h=200&r=-45&flip=xy&bright=20&wat=1&wat_gravity=absolute&wat_pos=10p,20p&wat_opacity=1&wat_scale=30p&wat_url=https%3A%2F%2Fh.io%2Fm.png&ci_url_encoded=1",
      "rect=10,20:410,320;crop=300x200;r=135;bright=20;mark=image:0|corner:10%,20%|30x|1 t|//h.io/m.png",
    ],
    ["/v7/a.io/image.jpg?f=bright%3A15%2Ccontrast%3A30%2Cgrey", "bright=15;contrast=30;grey"],
    ["/v7/a.io/image.jpg?br_px=420%2C530&tl_px=20%2C30", "rect=20,30:420,530"],
    ["/v7/a.io/image.jpg?blur=5&h=300&w=300", "crop=300x300;blur=5"],
    ["//a.io/a.jpg?w=300&h=200&func=facehide&face_margin=10&blur_faces=1%2C30%2C1000&dpr=2", "crop=600x400"],
    ["/v7/a.io/b.jpg?width=600&f=FILTERS&ar=1:1&gravity=auto", "crop=600x600@auto"],
    [
      "/https://colony-recorder.s3.amazonaws.com/files/ascreenshot.jpeg?tl_px=0,0&br_px=1376,769&force_format=jpeg&q=100&width=1120.0&wat=1&wat_opacity=0.7&wat_gravity=northwest&wat_url=https://h.io/FB923C_standard.png&wat_pad=42,-28",
      "rect=:1376,769;w=1120;mark=image:0|northwest:42px,-28px||0.7;q=100;to=_jpeg t|//h.io/FB923C_standard.png",
    ],
    [
      "/v7/_cdn_/CA/419244_1.jpg?width=640&height=480&wat=1&wat_url=_tme-wrk_%2Ftme_new.png&wat_scale=100p&ci_sign=24d4ccb4cea9fae38374e652ced53fe25cc43baa",
      "crop=640x480;mark=image:0|center:0px,0px|100x|1 t|//wrk.io/tme_new.png",
    ],
    ["/v7/h.io/b.jpg?func=fit&w=400&h=400&bg_colour=f2f7fa&ci_info=0", "fit=400x400;bg=f2f7fa"],
  ])("%s", (target, expected) => expect(plan(target)).toBe(expected));
});

describe("sizes that the reference tells", () => {
  test.each([
    // 3.2: a 400 px wide origin stays 400.
    ["w=450&org_if_sml=1", 400, 300, 400, 300],
    // 3.8: a ratio of 2.25 is cropped to 2.
    ["w=400&aspect_ratio=1.5,2.0", 1800, 800, 400, 200],
    // 3.10: cropped, and padded.
    ["func=cropfit&w=500&h=350&bg_colour=auto", 650, 500, 500, 350],
    ["func=cropfit&w=500&h=350&bg_colour=auto", 400, 250, 500, 350],
    // 3.11: one side may be shorter.
    ["width=600&height=600&func=bound", 900, 1200, 450, 600],
  ])("%s of %d x %d is %d x %d", (query, width, height, wide, high) => {
    const source = { width, height, trimmed: null, focus: null };
    const layout = makeLayout(parseRequest(`/h.io/a?${query}`, token).plan, source);
    expect(outputSize(layout)).toEqual({ width: wide, height: high });
  });
});

/** Plan and watermarks' originals. */
function plan(target: string): string {
  return requestKey(parseRequest(target, token)).split("\n").slice(2).join(" ");
}
