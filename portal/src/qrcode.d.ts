/** The one function of the package that is used here; it brings no types of its own. */
declare module "qrcode" {
  type Squares = { size: number; data: Uint8Array };
  function create(text: string, options: { errorCorrectionLevel: "M" }): { modules: Squares };

  export { create };
}
