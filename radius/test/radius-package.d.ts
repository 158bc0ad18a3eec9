/** The package `radius` ships no types; this is the part of it that gives a second opinion. */
declare module "radius" {
  type Attributes = Record<string, unknown>;
  const radius: {
    decode: (message: { packet: Buffer; secret: string }) => { attributes: Attributes };
    decode_without_secret: (message: { packet: Buffer }) => { attributes: Attributes };
    encode: (message: {
      code: string;
      identifier: number;
      secret: string;
      attributes: [string, unknown][];
    }) => Buffer;
  };
  export = radius;
}
