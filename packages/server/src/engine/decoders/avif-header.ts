import { FreshetError } from "@freshet/core";
import { type Av1Sequence, readAv1Sequence } from "./av1-sequence.ts";
import { type AvifBoxes, checkNot, hasLength, type Item, readAvifBoxes, type Span } from "./avif-boxes.ts";
import { describePicture, type Picture } from "./avif-picture.ts";
import { type ByteReader, checkExifBytes, checkProfileBytes, type Header } from "./header.ts";
import { isSrgbProfile } from "./srgb-profile.ts";

/**
 * Size, colors and alpha of a still as encoders write it, as libvips would say.
 *
 * @returns `null` if there is anything in it that is not understood here: then libvips is to be asked
 * @throws FreshetError `original_too_large`
 * @see AV1 Image File Format, section 2; ISO/IEC 23008-12, sections 6.5 (properties) and 6.6.2.3 (grids)
 */
export function readAvifHeader(bytes: Uint8Array): Header | null {
  return orNull(() => {
    const avif = readAvif(bytes);
    const { width, height, turns } = avif.picture;
    const profile = avif.profile && bytes.subarray(avif.profile.from, avif.profile.to);
    checkProfileBytes(profile?.length ?? 0);
    checkExifBytes(avif.exifBytes);
    return {
      ...(turns % 2 === 0 ? { width, height } : { width: height, height: width }),
      // It is no matter of EXIF: who decodes it turns it.
      orientation: 1,
      hasAlpha: avif.hasAlpha,
      frames: 1,
      isSrgb: avif.depth === 8 && (profile === null || isSrgbProfile(profile)),
      hasProfile: profile !== null,
    };
  });
}

/** Numbers of ITU-T H.273 of what every decoder knows to turn into red, green and blue; 2 is said of nothing else. */
const usualMatrices: ReadonlySet<number> = new Set([1, 2, 5, 6, 9]);

/**
 * Whether it is one coded picture of 8 bits, and perhaps one of its alpha, that is shown as it lies, with a color for each
 * pixel and all levels in use: where decoders have no choice, and make the same of it. What they do with the rest differs,
 * and not all of them say so when they do not know.
 */
export function isSimpleAvif(bytes: Uint8Array): boolean {
  return orNull(() => isSimple(readAvif(bytes))) ?? false;
}

function isSimple({ boxes: { file, references }, picture, alpha }: Avif): boolean {
  if (picture.item.type !== "av01" || references.some(({ type }) => type === "prem")) return false;
  const coded = sequenceOf(file, picture);
  if (!coded?.hasAllColors || !isUsualMatrix(coded.matrix) || !isUsualMatrix(picture.matrix)) return false;
  if (!alpha) return true;
  const isWhole = alpha.width === picture.width && alpha.height === picture.height;
  return isWhole && alpha.matrix === null && sequenceOf(file, alpha) !== null;
}

function isUsualMatrix(matrix: number | null): boolean {
  return matrix === null || usualMatrices.has(matrix);
}

/** @returns `null` if it is turned, deeper than 8 bits, of some levels only, or of another size than its header says */
function sequenceOf(file: ByteReader, picture: Picture): Av1Sequence | null {
  const { item, width, height, depth, isTurned, isFullRange } = picture;
  const [data, ...rest] = item.data;
  if (isTurned || depth !== 8 || isFullRange === false || !data || rest.length > 0) return null;
  const coded = readAv1Sequence(file, data);
  const isAsSaid = coded.width === width && coded.height === height && coded.depth === 8;
  return isAsSaid && coded.isFullRange ? coded : null;
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FreshetError && error.code === "image_broken") return null;
    throw error;
  }
}

interface Avif {
  readonly boxes: AvifBoxes;
  /** That which is shown. */
  readonly picture: Picture;
  /** Its alpha, unless that is in the tiles of a grid. */
  readonly alpha: Picture | null;
  readonly hasAlpha: boolean;
  readonly depth: number;
  readonly profile: Span | null;
  readonly exifBytes: number;
}

function readAvif(bytes: Uint8Array): Avif {
  const boxes = readAvifBoxes(bytes);
  const { file, items, references } = boxes;
  const pictures = new Map<number, Picture>();
  for (const item of items.values()) {
    if (isPicture(item)) pictures.set(item.id, describePicture(file, item));
    else checkAbout(item);
  }
  const picture = pictures.get(boxes.primary);
  if (!picture || picture.item.isHidden) throw notUnderstood();
  checkReferences(boxes, pictures);
  const tiles = picture.item.type === "grid" ? tilesOf(boxes, picture, pictures) : [];
  const alphaOf = new Map(
    references.filter(({ type }) => type === "auxl").map(({ from, to }) => [to[0], from]),
  );
  const alpha = pictures.get(alphaOf.get(picture.item.id) ?? -1) ?? null;
  return {
    boxes,
    picture,
    alpha,
    hasAlpha: alpha !== null || tiles.some(({ item }) => alphaOf.has(item.id)),
    depth: (tiles[0] ?? picture).depth as number,
    // A grid that has none has that of its first tile.
    profile: picture.profile ?? tiles[0]?.profile ?? null,
    exifBytes: exifBytesOf(boxes),
  };
}

function notUnderstood(): FreshetError {
  return new FreshetError("image_broken", "the AVIF shows no picture that is understood");
}

function isPicture({ type }: Item): boolean {
  return type === "av01" || type === "grid";
}

/** What is said about pictures: it must be of a kind that is known, and be there. */
function checkAbout({ type, contentType, data, properties }: Item): void {
  checkNot(type !== "Exif" && (type !== "mime" || contentType !== "application/rdf+xml"));
  checkNot(data.length === 0 || properties.length > 0);
}

/** Names of alpha, of AVIF's own and of two older codecs. */
const alphas: ReadonlySet<string | null> = new Set([
  "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
  "urn:mpeg:hevc:2015:auxid:1",
  "urn:mpeg:avc:2015:auxid:1",
]);

/** Tiles of a grid, alpha of a picture, EXIF of a picture, thumbnails of the picture that is shown: no more is understood. */
function checkReferences(
  { items, primary, references }: AvifBoxes,
  pictures: ReadonlyMap<number, Picture>,
): void {
  const pairs = references.map(({ type, from }) => `${type} ${from}`);
  checkNot(new Set(pairs).size !== pairs.length);
  const withAlpha = new Set<number>();
  for (const { type, from, to } of references) {
    const source = pictures.get(from);
    const others = to.map((id) => pictures.get(id));
    checkNot(!items.has(from) || others.length === 0 || others.includes(undefined) || to.includes(from));
    switch (type) {
      case "dimg":
        checkNot(source?.item.type !== "grid" || others.some((other) => other?.item.type !== "av01"));
        break;
      case "auxl": {
        const [master = from] = to;
        checkNot(from === primary || to.length !== 1 || withAlpha.has(master));
        checkNot(!source || !alphas.has(source.auxiliary));
        withAlpha.add(master);
        break;
      }
      case "thmb":
        checkNot(!source || from === primary || to.length !== 1 || to[0] !== primary);
        break;
      case "cdsc":
        checkNot(source !== undefined);
        break;
      case "prem":
        checkNot(!source);
        break;
      default:
        throw notUnderstood();
    }
  }
}

/** The grid's data says how many rows and columns it has, and how large it is. */
function tilesOf(
  { file, references }: AvifBoxes,
  { item, width, height }: Picture,
  pictures: ReadonlyMap<number, Picture>,
): Picture[] {
  const tiles = references.find(({ type, from }) => type === "dimg" && from === item.id)?.to ?? [];
  const [data, ...rest] = item.data;
  if (!data || rest.length > 0) throw notUnderstood();
  const { from } = data;
  const isLong = file.u8(from + 1) === 1;
  checkNot(!hasLength(data, isLong ? 12 : 8) || file.u8(from) !== 0 || file.u8(from + 1) > 1);
  checkNot((file.u8(from + 2) + 1) * (file.u8(from + 3) + 1) !== tiles.length);
  const size = isLong ? [file.u32(from + 4), file.u32(from + 8)] : [file.u16(from + 4), file.u16(from + 6)];
  checkNot(size[0] !== width || size[1] !== height);
  const found = tiles.map((id) => pictures.get(id) as Picture);
  checkNot(found.some(({ isTurned, depth }) => isTurned || depth !== found[0]?.depth));
  return found;
}

/** Four bytes before it say where in it the EXIF begins. */
function exifBytesOf({ items, primary, references }: AvifBoxes): number {
  const all = [...items.values()].filter(({ type }) => type === "Exif");
  checkNot(all.length > 1);
  const [exif] = all;
  const isShown = references.some(
    ({ type, from, to }) => type === "cdsc" && from === exif?.id && to.includes(primary),
  );
  if (!exif || !isShown) return 0;
  return exif.data.reduce((sum, { from, to }) => sum + to - from, 0) - 4;
}
