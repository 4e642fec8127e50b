/** What the tests use of a package that has no types. */
declare module "cloudimage-responsive-utils" {
  interface Sizes {
    readonly sizes?: readonly { readonly width?: number | undefined; readonly height?: number | undefined }[];
    readonly width?: number;
    readonly height?: number;
  }
  interface ImageProps {
    readonly config: Readonly<Record<string, unknown>>;
    readonly params?: Readonly<Record<string, string | number>>;
    readonly imgNodeWidth?: number;
    readonly imgNodeHeight?: number;
    readonly imgNodeRatio?: number;
  }
  interface UrlProps {
    readonly src: string;
    readonly config: Readonly<Record<string, unknown>>;
    readonly params: Readonly<Record<string, string | number>>;
    readonly containerProps: Sizes;
    readonly devicePixelRatio?: number;
  }
  export function generateURL(props: UrlProps): string;
  export function getPreviewSRC(props: UrlProps): string;
  export function determineContainerProps(props: ImageProps): Sizes;
}
